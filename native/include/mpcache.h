/*
 * mpcache.h - ring kernels of MPCache, C11, x86-64.
 *
 * Contract of every kernel
 *   - Buffers belong to the caller; nothing is allocated, no thread is started, no state is kept.
 *   - Buffers need no alignment and must not overlap, except where one is marked MPC_IN_PLACE.
 *   - Words are uint64_t and all arithmetic wraps modulo 2^64. A value in a smaller ring Z_2^l sits in the
 *     low l bits of its word; the bits above are unspecified unless a kernel says that it clears them.
 *   - Packed bits: bit i of an array is bit i % 64 of word i / 64. A kernel that writes packed bits writes
 *     whole words and clears the bits past the last element; one that reads them ignores those bits.
 *   - "planes": several packed-bit arrays one after the other, each of (n + 63) / 64 words.
 *   - No branch and no memory address depends on the contents of a buffer, except where a parameter is marked
 *     MPC_PUBLIC (values that were opened: both parties know them) or MPC_OWN_ADDRESS (see there).
 *   - Every function but the getters returns MPCACHE_OK or MPCACHE_BAD_ARGUMENT (a null pointer with a
 *     length above zero, a negative count, a number out of its range); on the latter nothing was written.
 *   - Results are equal, bit for bit, on every instruction set.
 *
 * A kernel is stated here once. The annotations below are read by interop/MPCache.BindingGenerator, which writes from
 * them the library's table of slots and its checks, the P/Invoke declarations, the wrappers in C#, and the cases of
 * all tests; to a compiler they are nothing.
 */
#ifndef MPCACHE_H
#define MPCACHE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32)
#define MPCACHE_API __declspec(dllexport)
#else
#define MPCACHE_API __attribute__((visibility("default")))
#endif

#ifdef MPCACHE_READ_ANNOTATIONS
#define MPC_NOTE(text) __attribute__((annotate(text)))
#else
#define MPC_NOTE(text)
#endif

/*
 * A kernel of a family: the family names the files that hold it. An int64_t that a kernel takes is a count or a
 * distance, at least 0.
 */
#define MPC_KERNEL(family) MPCACHE_API MPC_NOTE("kernel " #family) int32_t
/* A buffer of so many elements that is read, written, or both. */
#define MPC_IN(length) MPC_NOTE("in " #length)
#define MPC_OUT(length) MPC_NOTE("out " #length)
#define MPC_INOUT(length) MPC_NOTE("inout " #length)
/*
 * A matrix: so many rows of so many columns, neighbouring rows `stride` elements apart, which is at least a row's
 * length.
 */
#define MPC_IN_ROWS(rows, columns, stride) MPC_NOTE("in_rows " #rows ", " #columns ", " #stride)
#define MPC_OUT_ROWS(rows, columns, stride) MPC_NOTE("out_rows " #rows ", " #columns ", " #stride)
/* The output may be one of the inputs of its type. */
#define MPC_IN_PLACE MPC_NOTE("in_place")
/* A number from `least` to `most`, both included. */
#define MPC_RANGE(least, most) MPC_NOTE("range " #least ", " #most)
/* A count that is the length of a whole buffer; C# takes it from the span. */
#define MPC_LENGTH_OF(buffer) MPC_NOTE("length_of " #buffer)
/* Every element is below a bound: checked, or left to the caller. */
#define MPC_BELOW(bound) MPC_NOTE("below " #bound)
#define MPC_TRUST_BELOW(bound) MPC_NOTE("trust_below " #bound)
/* Opened: known to both parties, and possibly used as an address. */
#define MPC_PUBLIC MPC_NOTE("public")
/*
 * Secret from the other party and yet an address: the caches of this machine may tell of it to whoever shares the
 * machine (docs/security.md).
 */
#define MPC_OWN_ADDRESS MPC_NOTE("own_address")

/*
 * In lengths and bounds: 2^b; words of n packed bits; bytes of a unit vector of 2^m bits; nonempty subsets of k; planes
 * of a carry chain's products.
 */
#define MPC_POWER(b) (INT64_C(1) << (b))
#define MPC_BITS(n) (((n) + 63) / 64)
#define MPC_UNIT(m) MPC_POWER((m) - 3)
#define MPC_SUBSETS(k) (MPC_POWER(k) - 1)
#define MPC_CHAIN(k) (MPC_SUBSETS((k) - 1) + MPC_SUBSETS(k))

/* Raised whenever a signature, a constant or a layout below changes. */
#define MPCACHE_ABI_VERSION 2

enum mpcache_status { MPCACHE_OK = 0, MPCACHE_BAD_ARGUMENT = 1, MPCACHE_UNAVAILABLE = 2 };

enum mpcache_isa { MPCACHE_ISA_SCALAR = 0, MPCACHE_ISA_AVX2 = 1, MPCACHE_ISA_AVX512 = 2 };

/* AES-128 round keys, in the order of FIPS 197. */
typedef struct mpcache_aes128 {
    uint8_t round_keys[176];
} mpcache_aes128;

/* ---- library ------------------------------------------------------------------------------------------- */

MPCACHE_API uint32_t mpcache_abi_version(void);
/* sizeof of the structures above, for the start-up check: index 0 is mpcache_aes128. 0 past the last. */
MPCACHE_API uint32_t mpcache_struct_size(int32_t index);
/* The instruction set in use (enum mpcache_isa). */
MPCACHE_API int32_t mpcache_isa_active(void);
/* 1 where this processor and operating system can run it. */
MPCACHE_API int32_t mpcache_isa_available(int32_t isa);
/* Chooses the instruction set for all kernels; MPCACHE_UNAVAILABLE changes nothing. Not while kernels run. */
MPCACHE_API int32_t mpcache_isa_select(int32_t isa);

/* ---- pseudorandom generator: AES-128 in counter mode ---------------------------------------------------- */

MPCACHE_API int32_t mpcache_aes128_expand(mpcache_aes128 *schedule, const uint8_t *key16);

/*
 * Stream (key, nonce): block j is AES(key, le64(nonce) || le64(j)). The functions below use the blocks from
 * `first_block` on, two words a block, little-endian; the last block may be used in part.
 */
/** result = stream(key, nonce), from block first_block on. */
MPC_KERNEL(prg) mpcache_prg_fill(MPC_IN(1) const mpcache_aes128 *key, MPC_PUBLIC uint64_t nonce, MPC_PUBLIC uint64_t first_block,
    MPC_OUT(n) uint64_t *result, MPC_LENGTH_OF(result) int64_t n);
/** target += stream(key, nonce), from block first_block on. */
MPC_KERNEL(prg) mpcache_prg_add(MPC_IN(1) const mpcache_aes128 *key, MPC_PUBLIC uint64_t nonce, MPC_PUBLIC uint64_t first_block,
    MPC_INOUT(n) uint64_t *target, MPC_LENGTH_OF(target) int64_t n);
/** target -= stream(key, nonce), from block first_block on. */
MPC_KERNEL(prg) mpcache_prg_sub(MPC_IN(1) const mpcache_aes128 *key, MPC_PUBLIC uint64_t nonce, MPC_PUBLIC uint64_t first_block,
    MPC_INOUT(n) uint64_t *target, MPC_LENGTH_OF(target) int64_t n);
/** target ^= stream(key, nonce), from block first_block on. */
MPC_KERNEL(prg) mpcache_prg_xor(MPC_IN(1) const mpcache_aes128 *key, MPC_PUBLIC uint64_t nonce, MPC_PUBLIC uint64_t first_block,
    MPC_INOUT(n) uint64_t *target, MPC_LENGTH_OF(target) int64_t n);

/* ---- element-wise ring arithmetic ----------------------------------------------------------------------- */

/** result = a + b. */
MPC_KERNEL(ring) mpcache_add(MPC_OUT(n) MPC_IN_PLACE uint64_t *result, MPC_IN(n) const uint64_t *a,
    MPC_IN(n) const uint64_t *b, int64_t n);
/** result = a - b. */
MPC_KERNEL(ring) mpcache_sub(MPC_OUT(n) MPC_IN_PLACE uint64_t *result, MPC_IN(n) const uint64_t *a,
    MPC_IN(n) const uint64_t *b, int64_t n);
/** result = a * b. */
MPC_KERNEL(ring) mpcache_mul(MPC_OUT(n) MPC_IN_PLACE uint64_t *result, MPC_IN(n) const uint64_t *a,
    MPC_IN(n) const uint64_t *b, int64_t n);
/** target += factor * a. */
MPC_KERNEL(ring) mpcache_scale_add(MPC_INOUT(n) uint64_t *target, MPC_IN(n) const uint64_t *a, uint64_t factor,
    int64_t n);
/**
 * Finish of a multiplication (Beaver, CRYPTO 1991): result = first * d*e + d*b + a*e + c, where d and e are the opened
 * differences of the factors from the dealt a and b, c is the dealt share of a*b, and first is 1 for the party that
 * adds the public product.
 */
MPC_KERNEL(ring) mpcache_beaver(MPC_OUT(n) uint64_t *result, MPC_IN(n) MPC_PUBLIC const uint64_t *d,
    MPC_IN(n) MPC_PUBLIC const uint64_t *e, MPC_IN(n) const uint64_t *a, MPC_IN(n) const uint64_t *b,
    MPC_IN(n) const uint64_t *c, MPC_RANGE(0, 1) uint64_t first, int64_t n);
/** result = ((a + offset) mod 2^ring_bits) >> shift. */
MPC_KERNEL(ring) mpcache_shift(MPC_OUT(n) MPC_IN_PLACE uint64_t *result, MPC_IN(n) const uint64_t *a, uint64_t offset,
    MPC_RANGE(1, 64) int32_t ring_bits, MPC_RANGE(0, ring_bits - 1) int32_t shift, int64_t n);

/* ---- the wire: low bytes of words, little-endian ---------------------------------------------------------- */

/** The low bytes of words, little-endian, `bytes` of each. */
MPC_KERNEL(wire) mpcache_pack(MPC_OUT(n * bytes) uint8_t *result, MPC_IN(n) const uint64_t *words,
    MPC_RANGE(1, 8) int32_t bytes, int64_t n);
/** Words from their low bytes; the rest of each word is cleared. */
MPC_KERNEL(wire) mpcache_unpack(MPC_OUT(n) uint64_t *result, MPC_IN(n * bytes) const uint8_t *packed,
    MPC_RANGE(1, 8) int32_t bytes, int64_t n);
/** target += words given by their low bytes. */
MPC_KERNEL(wire) mpcache_unpack_add(MPC_INOUT(n) uint64_t *target, MPC_IN(n * bytes) const uint8_t *packed,
    MPC_RANGE(1, 8) int32_t bytes, int64_t n);

/* ---- matrix products, row-major: Y (m x n), X (m x k) ------------------------------------------------------ */

/**
 * Y = X W^T with signed 16-bit weights, W (n x k): both operands run along k. accumulate 1 adds to Y, 0 overwrites it;
 * k = 0 gives zeros. Distances between rows are in elements.
 */
MPC_KERNEL(gemm) mpcache_gemm_nt_u64_i16(MPC_OUT_ROWS(m, n, ldy) uint64_t *y, int64_t ldy,
    MPC_IN_ROWS(m, k, ldx) const uint64_t *x, int64_t ldx, MPC_IN_ROWS(n, k, ldw) const int16_t *w, int64_t ldw,
    int64_t m, int64_t n, int64_t k, MPC_RANGE(0, 1) int32_t accumulate);
/**
 * Y = X W^T, W (n x k): both operands run along k. accumulate 1 adds to Y, 0 overwrites it; k = 0 gives zeros.
 * Distances between rows are in elements.
 */
MPC_KERNEL(gemm) mpcache_gemm_nt_u64(MPC_OUT_ROWS(m, n, ldy) uint64_t *y, int64_t ldy,
    MPC_IN_ROWS(m, k, ldx) const uint64_t *x, int64_t ldx, MPC_IN_ROWS(n, k, ldw) const uint64_t *w, int64_t ldw,
    int64_t m, int64_t n, int64_t k, MPC_RANGE(0, 1) int32_t accumulate);
/**
 * Y = X W, W (k x n). accumulate 1 adds to Y, 0 overwrites it; k = 0 gives zeros. Distances between rows are in
 * elements.
 */
MPC_KERNEL(gemm) mpcache_gemm_nn_u64(MPC_OUT_ROWS(m, n, ldy) uint64_t *y, int64_t ldy,
    MPC_IN_ROWS(m, k, ldx) const uint64_t *x, int64_t ldx, MPC_IN_ROWS(k, n, ldw) const uint64_t *w, int64_t ldw,
    int64_t m, int64_t n, int64_t k, MPC_RANGE(0, 1) int32_t accumulate);
/**
 * Y = X W modulo 2^16, for the embedding, W (k x n). accumulate 1 adds to Y, 0 overwrites it; k = 0 gives zeros.
 * Distances between rows are in elements.
 */
MPC_KERNEL(gemm) mpcache_gemm_nn_u16(MPC_OUT_ROWS(m, n, ldy) uint16_t *y, int64_t ldy,
    MPC_IN_ROWS(m, k, ldx) const uint16_t *x, int64_t ldx, MPC_IN_ROWS(k, n, ldw) const uint16_t *w, int64_t ldw,
    int64_t m, int64_t n, int64_t k, MPC_RANGE(0, 1) int32_t accumulate);

/* ---- bits --------------------------------------------------------------------------------------------------- */

/** One bit of each word, packed. */
MPC_KERNEL(bits) mpcache_extract_bit(MPC_OUT(MPC_BITS(n)) uint64_t *result_bits, MPC_IN(n) const uint64_t *a,
    MPC_RANGE(0, 63) int32_t bit, int64_t n);
/** Packed bits to words 0 or 1. */
MPC_KERNEL(bits) mpcache_expand_bits(MPC_OUT(n) uint64_t *result, MPC_IN(MPC_BITS(n)) const uint64_t *bits, int64_t n);
/** Row i of the result is row index[i], of row_words words each. */
MPC_KERNEL(bits) mpcache_permute_rows(MPC_OUT(rows_out * row_words) uint64_t *result,
    MPC_IN(rows_in * row_words) const uint64_t *rows,
    MPC_IN(rows_out) MPC_BELOW(rows_in) MPC_OWN_ADDRESS const uint32_t *index, int64_t rows_out, int64_t rows_in,
    int64_t row_words);

/* ---- bits and shares ------------------------------------------------------------------------------------------ */

/**
 * Finish of widening (truncation is a shift followed by this): a share z_i in Z_2^w becomes one in a larger ring,
 * z_i -= (W_i mod 2^(64-w)) 2^w, where W_i = m_i - p_i is this party's share of the carry, m_i its own top bit, and
 * p_i its share of the product m0*m1.
 * With first 1: p = u v + v (1-2u) a + (1-2u)(1-2v) c, own is m0 and mask a.
 * With first 0: p = u (1-2v) b + (1-2u)(1-2v) c, own is m1 and mask b.
 * u = m0 xor a and v = m1 xor b are opened; c is the dealt share of a*b, in words.
 */
MPC_KERNEL(shares) mpcache_widen_finish(MPC_INOUT(n) uint64_t *target, MPC_IN(MPC_BITS(n)) const uint64_t *own_bits,
    MPC_IN(MPC_BITS(n)) const uint64_t *mask_bits, MPC_IN(MPC_BITS(n)) MPC_PUBLIC const uint64_t *u_bits,
    MPC_IN(MPC_BITS(n)) MPC_PUBLIC const uint64_t *v_bits, MPC_IN(n) const uint64_t *c, MPC_RANGE(1, 63) int32_t w,
    MPC_RANGE(0, 1) int32_t first, int64_t n);
/**
 * target += factor * (u ? first - rho : rho): an XOR-shared bit as an arithmetic share; u is opened, rho the dealt
 * share of the mask bit.
 */
MPC_KERNEL(shares) mpcache_bit_to_word(MPC_INOUT(n) uint64_t *target,
    MPC_IN(MPC_BITS(n)) MPC_PUBLIC const uint64_t *u_bits, MPC_IN(n) const uint64_t *rho,
    MPC_RANGE(0, 1) uint64_t first, uint64_t factor, int64_t n);
/** target += factor * (u ? x - t : t), t = rho * d + rho_a: a bit times the value D + A, D opened. */
MPC_KERNEL(shares) mpcache_bit_times(MPC_INOUT(n) uint64_t *target,
    MPC_IN(MPC_BITS(n)) MPC_PUBLIC const uint64_t *u_bits, MPC_IN(n) const uint64_t *rho,
    MPC_IN(n) const uint64_t *rho_a, MPC_IN(n) MPC_PUBLIC const uint64_t *d, MPC_IN(n) const uint64_t *x,
    uint64_t factor, int64_t n);
/** target += (scale >> scale_shift) * (u ? r - rho_r : rho_r). */
MPC_KERNEL(shares) mpcache_bit_times_scaled(MPC_INOUT(n) uint64_t *target,
    MPC_IN(MPC_BITS(n)) MPC_PUBLIC const uint64_t *u_bits, MPC_IN(n) const uint64_t *r, MPC_IN(n) const uint64_t *rho_r,
    MPC_IN(n) MPC_PUBLIC const uint64_t *scale, MPC_RANGE(0, 63) int32_t scale_shift, int64_t n);

/* ---- unit vectors: 2^m bits an element, 2^(m-3) bytes, bit v of element i is bit v%8 of byte v/8 ---------------- */

/** target ^= unit vector of (r mod 2^m), for each element. */
MPC_KERNEL(units) mpcache_unit_xor(MPC_INOUT(n * MPC_UNIT(m)) uint8_t *target, MPC_IN(n) const uint64_t *r,
    MPC_RANGE(3, 12) int32_t m, int64_t n);
/**
 * Look-up by planes. With onehot_i[v] = e_i[(v - d_i) mod 2^m], bit i of plane p of the result is the parity over v of
 * onehot_i[v] and table_p[v]. The table is `planes` bit vectors of 2^m bits.
 */
MPC_KERNEL(units) mpcache_unit_lookup(MPC_OUT(planes * MPC_BITS(n)) uint64_t *result_planes,
    MPC_IN(n * MPC_UNIT(m)) const uint8_t *e, MPC_IN(n) MPC_PUBLIC const uint64_t *d,
    MPC_IN(planes * MPC_UNIT(m)) const uint8_t *table, int64_t planes,
    MPC_RANGE(3, 12) int32_t m, int64_t n);
/**
 * Random parities, for the OR over many elements: for each of 32 groups g, target_g[v] ^= XOR of onehot_i[v] over the i
 * with bit g of groups_i set.
 */
MPC_KERNEL(units) mpcache_unit_parities(MPC_INOUT(32 * MPC_UNIT(m)) uint8_t *target,
    MPC_IN(n * MPC_UNIT(m)) const uint8_t *e, MPC_IN(n) MPC_PUBLIC const uint64_t *d,
    MPC_IN(n) MPC_PUBLIC const uint32_t *groups, MPC_RANGE(3, 12) int32_t m, int64_t n);
/**
 * Comparison, local part. e holds `digits` unit vectors an element, lowest digit first, of the digits of the mask r;
 * c_ij is digit j of the complement of d_i. Bit i of plane j of greater is [r_ij > c_ij], of equal [r_ij = c_ij], as
 * XOR shares.
 */
MPC_KERNEL(units) mpcache_digits_compare(MPC_OUT(digits * MPC_BITS(n)) uint64_t *greater,
    MPC_OUT(digits * MPC_BITS(n)) uint64_t *equal, MPC_IN(n * digits * MPC_UNIT(m)) const uint8_t *e,
    MPC_IN(n) MPC_PUBLIC const uint64_t *d, MPC_RANGE(1, 64 / m) int32_t digits, MPC_RANGE(3, 12) int32_t m, int64_t n);

/* ---- products of bits in one round ------------------------------------------------------------------------------ */

/**
 * Products of mask bits: plane s - 1 of the result is the AND of the planes rho_i with bit i of s set, for the 2^k - 1
 * nonempty subsets s.
 */
MPC_KERNEL(products) mpcache_and_masks(MPC_OUT(MPC_SUBSETS(k) * words) uint64_t *result,
    MPC_IN(k * words) const uint64_t *rho, MPC_RANGE(1, 10) int32_t k, int64_t words);
/**
 * AND of k bits: result = AND_i (u_i xor rho_i) as an XOR share; u are k opened planes, rho_products shares of the
 * planes of and_masks; first is 1 for the party that adds the public product.
 */
MPC_KERNEL(products) mpcache_and_finish(MPC_OUT(words) uint64_t *result, MPC_IN(k * words) MPC_PUBLIC const uint64_t *u,
    MPC_IN(MPC_SUBSETS(k) * words) const uint64_t *rho_products, MPC_RANGE(1, 10) int32_t k,
    MPC_RANGE(0, 1) int32_t first, int64_t words);
/**
 * Products for a carry chain f_0 = gt_0, f_j = gt_j xor eq_j f_{j-1}, from its k + (k-1) mask planes: g_j for gt_j (j =
 * 0..k-1), then q_j for eq_j (j = 1..k-1). First the 2^(k-1) - 1 planes q_S, S nonempty in {1..k-1}, in the order of
 * the subset's number (bit i stands for eq_{i+1}); then for j = 0..k-1 the 2^(k-1-j) planes g_j q_S, S numbered over
 * {j+1..k-1} (bit i stands for eq_{j+1+i}), the empty one first.
 */
MPC_KERNEL(products) mpcache_chain_masks(MPC_OUT(MPC_CHAIN(k) * words) uint64_t *products,
    MPC_IN((2 * k - 1) * words) const uint64_t *masks, MPC_RANGE(1, 9) int32_t k, int64_t words);
/**
 * A carry chain in one step: result = f_{k-1} as an XOR share; u are the opened planes, gt first, products shares of
 * chain_masks' planes.
 */
MPC_KERNEL(products) mpcache_chain_finish(MPC_OUT(words) uint64_t *result,
    MPC_IN((2 * k - 1) * words) MPC_PUBLIC const uint64_t *u, MPC_IN(MPC_CHAIN(k) * words) const uint64_t *products,
    MPC_RANGE(1, 9) int32_t k, MPC_RANGE(0, 1) int32_t first, int64_t words);

/* ---- exponential ------------------------------------------------------------------------------------------------- */

/**
 * result = 2^out_bits * 2^(-t / 2^frac_bits), error at most 1 unit. Double precision in one fixed order of operations
 * without contraction, so that both parties agree to the bit.
 */
MPC_KERNEL(exp2) mpcache_exp2_neg(MPC_OUT(n) uint64_t *result,
    MPC_IN(n) MPC_TRUST_BELOW(MPC_POWER(frac_bits + 6)) const uint64_t *t, MPC_RANGE(0, 24) int32_t frac_bits,
    MPC_RANGE(8, 50) int32_t out_bits, int64_t n);

#ifdef __cplusplus
}
#endif
#endif
