/*
 * mpcache.h - ring kernels of MPCache, C11, x86-64.
 *
 * Contract of every kernel
 *   - Buffers belong to the caller; nothing is allocated, no thread is started, no state is kept.
 *   - Buffers need no alignment and must not overlap, except where one is marked `inout`.
 *   - Words are uint64_t and all arithmetic wraps modulo 2^64. A value in a smaller ring Z_2^l sits in the
 *     low l bits of its word; the bits above are unspecified unless a kernel says that it clears them.
 *   - Packed bits: bit i of an array is bit i % 64 of word i / 64. A kernel that writes packed bits writes
 *     whole words and clears the bits past the last element; one that reads them ignores those bits.
 *   - "planes": several packed-bit arrays one after the other, each of (n + 63) / 64 words.
 *   - No branch and no memory address depends on the contents of a buffer, except where a parameter is
 *     marked `public`: those values have been opened and are known to both parties.
 *   - Every function but the getters returns MPCACHE_OK or MPCACHE_BAD_ARGUMENT (a null pointer with a
 *     length above zero, a negative length, a width out of range); on the latter nothing was written.
 *   - Results are equal, bit for bit, on every instruction set.
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

/* Raised whenever a signature, a constant or a layout below changes. */
#define MPCACHE_ABI_VERSION 1

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
MPCACHE_API int32_t mpcache_prg_fill(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *out, int64_t n);
/* inout += stream, inout -= stream, inout ^= stream. */
MPCACHE_API int32_t mpcache_prg_add(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *inout, int64_t n);
MPCACHE_API int32_t mpcache_prg_sub(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *inout, int64_t n);
MPCACHE_API int32_t mpcache_prg_xor(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *inout, int64_t n);

/* ---- element-wise ring arithmetic ----------------------------------------------------------------------- */

MPCACHE_API int32_t mpcache_add(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n);      /* out may be a or b */
MPCACHE_API int32_t mpcache_sub(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n);      /* out may be a or b */
MPCACHE_API int32_t mpcache_mul(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n);      /* out may be a or b */
MPCACHE_API int32_t mpcache_mul_add(uint64_t *inout, const uint64_t *a, const uint64_t *b, int64_t n); /* inout += a * b */
MPCACHE_API int32_t mpcache_scale_add(uint64_t *inout, const uint64_t *a, uint64_t factor, int64_t n); /* inout += factor * a */
/* Beaver finish: out = first * d*e + d*b + a*e + c; first is 1 for the party that adds the public product, else 0. */
MPCACHE_API int32_t mpcache_beaver(uint64_t *out, const uint64_t *d, const uint64_t *e, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                                   uint64_t first, int64_t n);
/* out = ((in + offset) mod 2^ring_bits) >> shift. 1 <= ring_bits <= 64, 0 <= shift < ring_bits. out may be in. */
MPCACHE_API int32_t mpcache_shift(uint64_t *out, const uint64_t *in, uint64_t offset, int32_t ring_bits, int32_t shift, int64_t n);

/* ---- the wire: low bytes of words, little-endian ---------------------------------------------------------- */

/* 1 <= bytes <= 8 per word. unpack clears the rest of each word; unpack_add adds to it instead. */
MPCACHE_API int32_t mpcache_pack(uint8_t *out, const uint64_t *in, int32_t bytes, int64_t n);
MPCACHE_API int32_t mpcache_unpack(uint64_t *out, const uint8_t *in, int32_t bytes, int64_t n);
MPCACHE_API int32_t mpcache_unpack_add(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n);

/* ---- matrix products, row-major --------------------------------------------------------------------------- */

/*
 * nt: Y (m x n) = X (m x k) W^T, W given as (n x k): both operands run along k.
 * nn: Y (m x n) = X (m x k) W,   W given as (k x n).
 * accumulate 0 overwrites Y, 1 adds to it. m, n, k >= 0; k = 0 gives zeros. `ldx`, `ldw`, `ldy` are the distances
 * between rows, in elements, at least the row's length.
 */
MPCACHE_API int32_t mpcache_gemm_nt_u64_i16(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const int16_t *w, int64_t ldw,
                                            int64_t m, int64_t n, int64_t k, int32_t accumulate);
MPCACHE_API int32_t mpcache_gemm_nt_u64(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw,
                                        int64_t m, int64_t n, int64_t k, int32_t accumulate);
MPCACHE_API int32_t mpcache_gemm_nn_u64(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw,
                                        int64_t m, int64_t n, int64_t k, int32_t accumulate);
MPCACHE_API int32_t mpcache_gemm_nt_u32_i16(uint32_t *y, int64_t ldy, const uint32_t *x, int64_t ldx, const int16_t *w, int64_t ldw,
                                            int64_t m, int64_t n, int64_t k, int32_t accumulate);
/* Z_2^16, for the embedding: W (k x n). */
MPCACHE_API int32_t mpcache_gemm_nn_u16(uint16_t *y, int64_t ldy, const uint16_t *x, int64_t ldx, const uint16_t *w, int64_t ldw,
                                        int64_t m, int64_t n, int64_t k, int32_t accumulate);

/* ---- bits --------------------------------------------------------------------------------------------------- */

/* out = bit `bit` of each word, packed. 0 <= bit <= 63. */
MPCACHE_API int32_t mpcache_extract_bit(uint64_t *out_bits, const uint64_t *in, int32_t bit, int64_t n);
/* Packed bits to words 0 or 1. */
MPCACHE_API int32_t mpcache_expand_bits(uint64_t *out, const uint64_t *bits, int64_t n);
/* Bit matrix (rows x cols; each row of (cols + 63) / 64 words) to its transpose (cols x rows). */
MPCACHE_API int32_t mpcache_transpose_bits(uint64_t *out, const uint64_t *in, int64_t rows, int64_t cols);
/* out row i = in row index[i] (public), rows of row_words words. Every index < rows_in. */
MPCACHE_API int32_t mpcache_permute_rows(uint64_t *out, const uint64_t *in, const uint32_t *index, int64_t rows_out, int64_t rows_in, int64_t row_words);

/*
 * Finish of widening (truncation is a shift followed by this): inout word z_i of a share in Z_2^w becomes a share in a
 * larger ring, z_i -= (W_i mod 2^(64-w)) << w, where <W> = m_i - p_i is this party's share of the carry:
 *   p_i = known_i ? ... the share of m0*m1:
 *   C (first = 1): p = u v + v (1-2u) a + (1-2u)(1-2v) c,  own = m0, mask = a
 *   S (first = 0): p = u (1-2v) b + (1-2u)(1-2v) c,        own = m1, mask = b
 * u = m0 xor a and v = m1 xor b are packed bits both parties know; c is the dealt share of a*b (words).
 * 1 <= w <= 63.
 */
MPCACHE_API int32_t mpcache_widen_finish(uint64_t *inout, const uint64_t *own_bits, const uint64_t *mask_bits, const uint64_t *u_bits,
                                         const uint64_t *v_bits, const uint64_t *c, int32_t w, int32_t first, int64_t n);

/* inout_i += factor * (u_i ? first - rho_i : rho_i): XOR-shared bit to arithmetic, u opened, rho the dealt share of the mask bit. */
MPCACHE_API int32_t mpcache_bit_to_word(uint64_t *inout, const uint64_t *u_bits, const uint64_t *rho, uint64_t first, uint64_t factor, int64_t n);
/* inout_i += factor * (u_i ? x_i - t_i : t_i) where t_i = rho_i * d_i + rho_a_i: a bit times X = D + A, D public. */
MPCACHE_API int32_t mpcache_bit_times(uint64_t *inout, const uint64_t *u_bits, const uint64_t *rho, const uint64_t *rho_a, const uint64_t *d,
                                      const uint64_t *x, uint64_t factor, int64_t n);
/* inout_i += (scale_i >> scale_shift) * (u_i ? r_i - rho_r_i : rho_r_i); scale is public. 0 <= scale_shift <= 63. */
MPCACHE_API int32_t mpcache_bit_times_scaled(uint64_t *inout, const uint64_t *u_bits, const uint64_t *r, const uint64_t *rho_r, const uint64_t *scale,
                                             int32_t scale_shift, int64_t n);

/* ---- unit vectors: 2^m bits an element, 2^(m-3) bytes, bit v of element i is bit v%8 of byte v/8; 3 <= m <= 12 ---- */

/* inout ^= unit vector of (r_i mod 2^m), for each element; r is secret. */
MPCACHE_API int32_t mpcache_unit_xor(uint8_t *inout, const uint64_t *r, int32_t m, int64_t n);
/*
 * Look-up by planes. With onehot_i[v] = e_i[(v - d_i) mod 2^m] (d public):
 * out plane p, bit i = parity over v of onehot_i[v] & table_p[v]. table: `planes` bit vectors of 2^m bits, each 2^(m-3) bytes.
 */
MPCACHE_API int32_t mpcache_unit_lookup(uint64_t *out_planes, const uint8_t *e, const uint64_t *d, const uint8_t *table, int32_t planes, int32_t m, int64_t n);
/*
 * Random parities, for the OR over many elements. For each of 32 groups g: out[g][v] ^= XOR of onehot_i[v] over the i with bit g
 * of groups[i] (public) set. out: 32 vectors of 2^m bits (2^(m-3) bytes each), inout.
 */
MPCACHE_API int32_t mpcache_unit_parities(uint8_t *inout, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n);
/*
 * Comparison, local part. e holds `digits` unit vectors an element (element-major: element i, digit j, 2^m bits each), of the digits of the mask r,
 * lowest digit first. c_ij is digit j of the complement of d_i. out_gt plane j, bit i = [r_ij > c_ij], out_eq plane j = [r_ij = c_ij], as XOR shares.
 */
MPCACHE_API int32_t mpcache_digits_compare(uint64_t *out_gt, uint64_t *out_eq, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m, int64_t n);

/* ---- products of bits in one round ------------------------------------------------------------------------------ */

/*
 * Products of mask bits. rho: k planes of `words` words. out: 2^k - 1 planes; plane s - 1 is the AND of the rho_i with bit i of s set. 1 <= k <= 10.
 */
MPCACHE_API int32_t mpcache_and_masks(uint64_t *out, const uint64_t *rho, int32_t k, int64_t words);
/*
 * AND of k bits: out = AND_i (u_i xor rho_i) as an XOR share, u: k public planes, rho_products: shares of the 2^k - 1 planes above.
 * first is 1 for the party that adds the public product.
 */
MPCACHE_API int32_t mpcache_and_finish(uint64_t *out, const uint64_t *u, const uint64_t *rho_products, int32_t k, int32_t first, int64_t words);
/*
 * Carry chain: f_0 = gt_0, f_j = gt_j xor eq_j f_{j-1}; out = f_{k-1}. Masks: planes g_j for gt_j (j = 0..k-1) and q_j for eq_j (j = 1..k-1).
 * Products needed: for each j and each subset S of {j+1..k-1}: g_j q_S; for each nonempty S of {1..k-1}: q_S.
 * Layout of `products`: first the 2^(k-1) - 1 planes q_S in the order of the subset's number (bit i of the number stands for eq_{i+1}), then for
 * j = 0..k-1 the 2^(k-1-j) planes g_j q_S, S numbered over {j+1..k-1} (bit i stands for eq_{j+1+i}), S empty first.
 * mpcache_chain_masks makes them in the clear from the k + (k-1) mask planes (g first, then q). 1 <= k <= 9.
 */
MPCACHE_API int32_t mpcache_chain_masks(uint64_t *products, const uint64_t *masks, int32_t k, int64_t words);
MPCACHE_API int32_t mpcache_chain_finish(uint64_t *out, const uint64_t *u, const uint64_t *products, int32_t k, int32_t first, int64_t words);

/* ---- exponential ------------------------------------------------------------------------------------------------- */

/*
 * out_i = 2^out_bits * 2^(-t_i / 2^frac_bits), error at most 1 unit; t_i < 2^(frac_bits + 6). 0 <= frac_bits <= 24, 8 <= out_bits <= 50.
 * Double precision in one fixed order of operations without contraction, so that both parties agree to the bit.
 */
MPCACHE_API int32_t mpcache_exp2_neg(uint64_t *out, const uint64_t *t, int32_t frac_bits, int32_t out_bits, int64_t n);

#ifdef __cplusplus
}
#endif
#endif
