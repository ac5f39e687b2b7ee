/*
 * The exported functions: check the arguments, call the slot. All slots are chosen when the library is loaded, and by mpcache_isa_select only afterwards.
 * Below, PTR(p, n) is a pointer that may be null only where nothing is behind it.
 */
#include "kernels.h"

static kernel_table table;
static int32_t active;

#define FILL(isa)                                                                                                               \
    void mpcache_fill_##isa(kernel_table *t)                                                                                    \
    {                                                                                                                           \
        mpcache_fill_elementwise_##isa(t), mpcache_fill_wire_##isa(t), mpcache_fill_gemm_##isa(t), mpcache_fill_bits_##isa(t),   \
            mpcache_fill_unit_##isa(t), mpcache_fill_products_##isa(t), mpcache_fill_exp2_##isa(t), mpcache_fill_aes_##isa(t);   \
    }

FILL(scalar)
FILL(avx2)
FILL(avx512)

void mpcache_fill_unit_by_hand_avx512(kernel_table *t);

static void choose(int32_t isa)
{
    kernel_table chosen;
    memset(&chosen, 0, sizeof chosen);
    mpcache_fill_scalar(&chosen);
    if (isa >= MPCACHE_ISA_AVX2)
        mpcache_fill_avx2(&chosen);
    if (isa >= MPCACHE_ISA_AVX512) {
        mpcache_fill_avx512(&chosen);
        mpcache_fill_unit_by_hand_avx512(&chosen);
    }
    table = chosen;
    active = isa;
}

__attribute__((constructor)) static void choose_best(void)
{
    int32_t isa = MPCACHE_ISA_SCALAR;
    while (isa < MPCACHE_ISA_AVX512 && mpcache_cpu_has(isa + 1))
        isa++;
    choose(isa);
}

uint32_t mpcache_abi_version(void) { return MPCACHE_ABI_VERSION; }
uint32_t mpcache_struct_size(int32_t index) { return index == 0 ? (uint32_t)sizeof(mpcache_aes128) : 0; }
int32_t mpcache_isa_active(void) { return active; }
int32_t mpcache_isa_available(int32_t isa) { return mpcache_cpu_has(isa); }

int32_t mpcache_isa_select(int32_t isa)
{
    if (!mpcache_cpu_has(isa))
        return MPCACHE_UNAVAILABLE;
    choose(isa);
    return MPCACHE_OK;
}

#define REQUIRE(condition)               \
    do {                                 \
        if (!(condition))                \
            return MPCACHE_BAD_ARGUMENT; \
    } while (0)
#define PTR(p, n) ((p) != NULL || (n) == 0)
#define RUN(call)          \
    do {                   \
        table.call;        \
        return MPCACHE_OK; \
    } while (0)

int32_t mpcache_aes128_expand(mpcache_aes128 *schedule, const uint8_t *key16)
{
    REQUIRE(schedule != NULL && key16 != NULL);
    RUN(aes_expand(schedule, key16));
}

#define PRG(NAME, MODE)                                                                                                     \
    int32_t mpcache_prg_##NAME(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *out, int64_t n) \
    {                                                                                                                       \
        REQUIRE(n >= 0 && schedule != NULL && PTR(out, n));                                                                 \
        RUN(prg(schedule, nonce, first_block, out, n, MODE));                                                               \
    }

PRG(fill, 0)
PRG(add, 1)
PRG(sub, 2)
PRG(xor, 3)

#define BINARY(NAME)                                                                               \
    int32_t mpcache_##NAME(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n)         \
    {                                                                                              \
        REQUIRE(n >= 0 && PTR(out, n) && PTR(a, n) && PTR(b, n));                                  \
        RUN(NAME(out, a, b, n));                                                                   \
    }

BINARY(add)
BINARY(sub)
BINARY(mul)
BINARY(mul_add)

int32_t mpcache_scale_add(uint64_t *inout, const uint64_t *a, uint64_t factor, int64_t n)
{
    REQUIRE(n >= 0 && PTR(inout, n) && PTR(a, n));
    RUN(scale_add(inout, a, factor, n));
}

int32_t mpcache_beaver(uint64_t *out, const uint64_t *d, const uint64_t *e, const uint64_t *a, const uint64_t *b, const uint64_t *c, uint64_t first, int64_t n)
{
    REQUIRE(n >= 0 && first <= 1 && PTR(out, n) && PTR(d, n) && PTR(e, n) && PTR(a, n) && PTR(b, n) && PTR(c, n));
    RUN(beaver(out, d, e, a, b, c, first, n));
}

int32_t mpcache_shift(uint64_t *out, const uint64_t *in, uint64_t offset, int32_t ring_bits, int32_t shift, int64_t n)
{
    REQUIRE(n >= 0 && ring_bits >= 1 && ring_bits <= 64 && shift >= 0 && shift < ring_bits && PTR(out, n) && PTR(in, n));
    RUN(shift(out, in, offset, ring_bits, shift, n));
}

int32_t mpcache_pack(uint8_t *out, const uint64_t *in, int32_t bytes, int64_t n)
{
    REQUIRE(n >= 0 && bytes >= 1 && bytes <= 8 && PTR(out, n) && PTR(in, n));
    RUN(pack(out, in, bytes, n));
}

int32_t mpcache_unpack(uint64_t *out, const uint8_t *in, int32_t bytes, int64_t n)
{
    REQUIRE(n >= 0 && bytes >= 1 && bytes <= 8 && PTR(out, n) && PTR(in, n));
    RUN(unpack(out, in, bytes, n, 0));
}

int32_t mpcache_unpack_add(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n)
{
    REQUIRE(n >= 0 && bytes >= 1 && bytes <= 8 && PTR(inout, n) && PTR(in, n));
    RUN(unpack(inout, in, bytes, n, 1));
}

#define GEMM(NAME, X, W, LEAST_W)                                                                                                          \
    int32_t mpcache_##NAME(X *y, int64_t ldy, const X *x, int64_t ldx, const W *w, int64_t ldw, int64_t m, int64_t n, int64_t k, int32_t accumulate) \
    {                                                                                                                                      \
        REQUIRE(m >= 0 && n >= 0 && k >= 0 && ldy >= n && ldx >= k && ldw >= LEAST_W && (accumulate == 0 || accumulate == 1));             \
        REQUIRE((y != NULL || m == 0 || n == 0) && (x != NULL || m == 0 || k == 0) && (w != NULL || n == 0 || k == 0));                     \
        if (m == 0 || n == 0)                                                                                                              \
            return MPCACHE_OK;                                                                                                             \
        RUN(NAME(y, ldy, x, ldx, w, ldw, m, n, k, accumulate));                                                                            \
    }

GEMM(gemm_nt_u64_i16, uint64_t, int16_t, k)
GEMM(gemm_nt_u64, uint64_t, uint64_t, k)
GEMM(gemm_nn_u64, uint64_t, uint64_t, n)
GEMM(gemm_nt_u32_i16, uint32_t, int16_t, k)
GEMM(gemm_nn_u16, uint16_t, uint16_t, n)

int32_t mpcache_extract_bit(uint64_t *out_bits, const uint64_t *in, int32_t bit, int64_t n)
{
    REQUIRE(n >= 0 && bit >= 0 && bit <= 63 && PTR(out_bits, n) && PTR(in, n));
    RUN(extract_bit(out_bits, in, bit, n));
}

int32_t mpcache_expand_bits(uint64_t *out, const uint64_t *bits, int64_t n)
{
    REQUIRE(n >= 0 && PTR(out, n) && PTR(bits, n));
    RUN(expand_bits(out, bits, n));
}

int32_t mpcache_transpose_bits(uint64_t *out, const uint64_t *in, int64_t rows, int64_t cols)
{
    REQUIRE(rows >= 0 && cols >= 0 && (rows == 0 || cols == 0 || (out != NULL && in != NULL)));
    RUN(transpose_bits(out, in, rows, cols));
}

int32_t mpcache_permute_rows(uint64_t *out, const uint64_t *in, const uint32_t *index, int64_t rows_out, int64_t rows_in, int64_t row_words)
{
    REQUIRE(rows_out >= 0 && rows_in >= 0 && row_words >= 0 && PTR(index, rows_out));
    REQUIRE(rows_out == 0 || row_words == 0 || (out != NULL && in != NULL));
    for (int64_t i = 0; i < rows_out; i++)
        REQUIRE((int64_t)index[i] < rows_in);
    RUN(permute_rows(out, in, index, rows_out, row_words));
}

int32_t mpcache_widen_finish(uint64_t *inout, const uint64_t *own_bits, const uint64_t *mask_bits, const uint64_t *u_bits, const uint64_t *v_bits, const uint64_t *c,
                             int32_t w, int32_t first, int64_t n)
{
    REQUIRE(n >= 0 && w >= 1 && w <= 63 && (first == 0 || first == 1));
    REQUIRE(PTR(inout, n) && PTR(own_bits, n) && PTR(mask_bits, n) && PTR(u_bits, n) && PTR(v_bits, n) && PTR(c, n));
    RUN(widen_finish(inout, own_bits, mask_bits, u_bits, v_bits, c, w, first, n));
}

int32_t mpcache_bit_to_word(uint64_t *inout, const uint64_t *u_bits, const uint64_t *rho, uint64_t first, uint64_t factor, int64_t n)
{
    REQUIRE(n >= 0 && first <= 1 && PTR(inout, n) && PTR(u_bits, n) && PTR(rho, n));
    RUN(bit_to_word(inout, u_bits, rho, first, factor, n));
}

int32_t mpcache_bit_times(uint64_t *inout, const uint64_t *u_bits, const uint64_t *rho, const uint64_t *rho_a, const uint64_t *d, const uint64_t *x, uint64_t factor,
                          int64_t n)
{
    REQUIRE(n >= 0 && PTR(inout, n) && PTR(u_bits, n) && PTR(rho, n) && PTR(rho_a, n) && PTR(d, n) && PTR(x, n));
    RUN(bit_times(inout, u_bits, rho, rho_a, d, x, factor, n));
}

int32_t mpcache_bit_times_scaled(uint64_t *inout, const uint64_t *u_bits, const uint64_t *r, const uint64_t *rho_r, const uint64_t *scale, int32_t scale_shift, int64_t n)
{
    REQUIRE(n >= 0 && scale_shift >= 0 && scale_shift <= 63 && PTR(inout, n) && PTR(u_bits, n) && PTR(r, n) && PTR(rho_r, n) && PTR(scale, n));
    RUN(bit_times_scaled(inout, u_bits, r, rho_r, scale, scale_shift, n));
}

int32_t mpcache_unit_xor(uint8_t *inout, const uint64_t *r, int32_t m, int64_t n)
{
    REQUIRE(n >= 0 && m >= 3 && m <= 12 && PTR(inout, n) && PTR(r, n));
    RUN(unit_xor(inout, r, m, n));
}

int32_t mpcache_unit_lookup(uint64_t *out_planes, const uint8_t *e, const uint64_t *d, const uint8_t *unit_table, int32_t planes, int32_t m, int64_t n)
{
    REQUIRE(n >= 0 && m >= 3 && m <= 12 && planes >= 0 && PTR(out_planes, n * planes) && PTR(e, n) && PTR(d, n) && PTR(unit_table, planes));
    RUN(unit_lookup(out_planes, e, d, unit_table, planes, m, n));
}

int32_t mpcache_unit_parities(uint8_t *inout, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n)
{
    REQUIRE(n >= 0 && m >= 3 && m <= 12 && inout != NULL && PTR(e, n) && PTR(d, n) && PTR(groups, n));
    RUN(unit_parities(inout, e, d, groups, m, n));
}

int32_t mpcache_digits_compare(uint64_t *out_gt, uint64_t *out_eq, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m, int64_t n)
{
    REQUIRE(n >= 0 && m >= 3 && m <= 12 && digits >= 1 && digits * m <= 64 && PTR(out_gt, n) && PTR(out_eq, n) && PTR(e, n) && PTR(d, n));
    RUN(digits_compare(out_gt, out_eq, e, d, digits, m, n));
}

int32_t mpcache_and_masks(uint64_t *out, const uint64_t *rho, int32_t k, int64_t words)
{
    REQUIRE(words >= 0 && k >= 1 && k <= 10 && PTR(out, words) && PTR(rho, words));
    RUN(and_masks(out, rho, k, words));
}

int32_t mpcache_and_finish(uint64_t *out, const uint64_t *u, const uint64_t *rho_products, int32_t k, int32_t first, int64_t words)
{
    REQUIRE(words >= 0 && k >= 1 && k <= 10 && (first == 0 || first == 1) && PTR(out, words) && PTR(u, words) && PTR(rho_products, words));
    RUN(and_finish(out, u, rho_products, k, first, words));
}

int32_t mpcache_chain_masks(uint64_t *products, const uint64_t *masks, int32_t k, int64_t words)
{
    REQUIRE(words >= 0 && k >= 1 && k <= 9 && PTR(products, words) && PTR(masks, words));
    RUN(chain_masks(products, masks, k, words));
}

int32_t mpcache_chain_finish(uint64_t *out, const uint64_t *u, const uint64_t *products, int32_t k, int32_t first, int64_t words)
{
    REQUIRE(words >= 0 && k >= 1 && k <= 9 && (first == 0 || first == 1) && PTR(out, words) && PTR(u, words) && PTR(products, words));
    RUN(chain_finish(out, u, products, k, first, words));
}

int32_t mpcache_exp2_neg(uint64_t *out, const uint64_t *t, int32_t frac_bits, int32_t out_bits, int64_t n)
{
    REQUIRE(n >= 0 && frac_bits >= 0 && frac_bits <= 24 && out_bits >= 8 && out_bits <= 50 && PTR(out, n) && PTR(t, n));
    RUN(exp2_neg(out, t, frac_bits, out_bits, n));
}
