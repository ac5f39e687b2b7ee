/* Every kernel on every instruction set that this machine has, against the scalar set, bit for bit, over awkward lengths and the whole ring. */
#include "check.h"

static const int64_t lengths[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 1000};
enum { LENGTHS = sizeof lengths / sizeof *lengths };

typedef struct run {
    uint8_t *out;
    size_t size;
} run;

/* Runs a call on the scalar set and on another one, on copies of the same initial output, and compares. */
#define COMPARE(isa, what, bytes, call)                                                             \
    do {                                                                                            \
        size_t size_ = (size_t)(bytes);                                                             \
        uint8_t *initial_ = random_bytes(size_), *expected_ = malloc(size_ + 1), *found_ = malloc(size_ + 1); \
        void *out = expected_;                                                                      \
        memcpy(expected_, initial_, size_);                                                         \
        memcpy(found_, initial_, size_);                                                            \
        mpcache_isa_select(MPCACHE_ISA_SCALAR);                                                     \
        CHECK((call) == MPCACHE_OK, "%s refused its arguments", what);                              \
        out = found_;                                                                               \
        mpcache_isa_select(isa);                                                                    \
        CHECK((call) == MPCACHE_OK, "%s refused its arguments", what);                              \
        CHECK(memcmp(expected_, found_, size_) == 0, "%s on set %d differs from scalar, n = %lld", what, isa, (long long)n); \
        free(initial_), free(expected_), free(found_);                                              \
    } while (0)

static int64_t words(int64_t bits) { return (bits + 63) / 64; }

static void elementwise(int isa, int64_t n)
{
    uint64_t *a = random_bytes(8 * n), *b = random_bytes(8 * n), *c = random_bytes(8 * n), *d = random_bytes(8 * n), *e = random_bytes(8 * n);
    COMPARE(isa, "add", 8 * n, mpcache_add(out, a, b, n));
    COMPARE(isa, "sub", 8 * n, mpcache_sub(out, a, b, n));
    COMPARE(isa, "mul", 8 * n, mpcache_mul(out, a, b, n));
    COMPARE(isa, "mul_add", 8 * n, mpcache_mul_add(out, a, b, n));
    COMPARE(isa, "scale_add", 8 * n, mpcache_scale_add(out, a, UINT64_C(0xdeadbeefcafef00d), n));
    for (uint64_t first = 0; first < 2; first++)
        COMPARE(isa, "beaver", 8 * n, mpcache_beaver(out, d, e, a, b, c, first, n));
    for (int ring = 1; ring <= 64; ring += 9)
        COMPARE(isa, "shift", 8 * n, mpcache_shift(out, a, b ? UINT64_C(1) << (ring - 1) : 0, ring, ring / 2, n));
    for (int bytes = 1; bytes <= 8; bytes++) {
        uint8_t *wire = random_bytes((size_t)(n * bytes));
        COMPARE(isa, "pack", n * bytes, mpcache_pack(out, a, bytes, n));
        COMPARE(isa, "unpack", 8 * n, mpcache_unpack(out, wire, bytes, n));
        COMPARE(isa, "unpack_add", 8 * n, mpcache_unpack_add(out, wire, bytes, n));
        free(wire);
    }
    for (int i = 0; i < n; i++)
        b[i] &= (UINT64_C(1) << 19) - 1;
    COMPARE(isa, "exp2_neg", 8 * n, mpcache_exp2_neg(out, b, 13, 30, n));
    COMPARE(isa, "exp2_neg", 8 * n, mpcache_exp2_neg(out, b, 16, 50, n));
    free(a), free(b), free(c), free(d), free(e);
}

static void prg(int isa, int64_t n)
{
    uint8_t *key = random_bytes(16);
    mpcache_aes128 schedule;
    COMPARE(isa, "aes128_expand", sizeof schedule, mpcache_aes128_expand(out, key));
    mpcache_aes128_expand(&schedule, key);
    COMPARE(isa, "prg_fill", 8 * n, mpcache_prg_fill(&schedule, 7, 3, out, n));
    COMPARE(isa, "prg_add", 8 * n, mpcache_prg_add(&schedule, UINT64_MAX, UINT64_MAX - 5, out, n));
    COMPARE(isa, "prg_sub", 8 * n, mpcache_prg_sub(&schedule, 0, 0, out, n));
    COMPARE(isa, "prg_xor", 8 * n, mpcache_prg_xor(&schedule, 1, 1000, out, n));
    free(key);
}

static void bits(int isa, int64_t n)
{
    size_t packed = (size_t)(8 * words(n));
    uint64_t *u = random_bytes(packed), *v = random_bytes(packed), *own = random_bytes(packed), *mask = random_bytes(packed);
    uint64_t *a = random_bytes(8 * n), *b = random_bytes(8 * n), *c = random_bytes(8 * n), *d = random_bytes(8 * n);
    COMPARE(isa, "extract_bit", packed, mpcache_extract_bit(out, a, 17, n));
    COMPARE(isa, "expand_bits", 8 * n, mpcache_expand_bits(out, u, n));
    for (int first = 0; first < 2; first++) {
        COMPARE(isa, "widen_finish", 8 * n, mpcache_widen_finish(out, own, mask, u, v, c, 37, first, n));
        COMPARE(isa, "bit_to_word", 8 * n, mpcache_bit_to_word(out, u, a, (uint64_t)first, UINT64_C(0) - 77, n));
    }
    COMPARE(isa, "bit_times", 8 * n, mpcache_bit_times(out, u, a, b, c, d, 12345, n));
    COMPARE(isa, "bit_times_scaled", 8 * n, mpcache_bit_times_scaled(out, u, a, b, c, 8, n));
    uint32_t *index = malloc(4 * (size_t)n + 4);
    for (int64_t i = 0; i < n; i++)
        index[i] = (uint32_t)(random_word() % (uint64_t)n);
    COMPARE(isa, "permute_rows", 8 * n, mpcache_permute_rows(out, a, index, n, n, 1));
    int64_t rows = n / 3, cols = 3;
    uint64_t *matrix = random_bytes((size_t)(8 * rows));
    COMPARE(isa, "transpose_bits", 8 * cols * words(rows), mpcache_transpose_bits(out, matrix, rows, cols));
    free(u), free(v), free(own), free(mask), free(a), free(b), free(c), free(d), free(index), free(matrix);
}

static void unit(int isa, int64_t n)
{
    for (int m = 3; m <= 12; m++) {
        int64_t bytes = (int64_t)1 << (m - 3);
        uint64_t *d = random_bytes(8 * n);
        uint8_t *e = random_bytes((size_t)(n * bytes)), *table = random_bytes((size_t)(19 * bytes));
        uint32_t *groups = random_bytes(4 * (size_t)n);
        for (int64_t i = 0; i < n; i++)
            d[i] &= (UINT64_C(1) << m) - 1;
        COMPARE(isa, "unit_xor", n * bytes, mpcache_unit_xor(out, d, m, n));
        COMPARE(isa, "unit_lookup", 8 * 19 * words(n), mpcache_unit_lookup(out, e, d, table, 19, m, n));
        COMPARE(isa, "unit_parities", 32 * bytes, mpcache_unit_parities(out, e, d, groups, m, n));
        free(d), free(e), free(table), free(groups);
    }
    for (int m = 3; m <= 8; m++) {
        int digits = m == 4 ? 8 : 3;
        int64_t bytes = (int64_t)1 << (m - 3);
        uint64_t *d = random_bytes(8 * n), *other = random_bytes((size_t)(8 * digits * words(n)));
        uint8_t *e = random_bytes((size_t)(n * digits * bytes));
        COMPARE(isa, "digits_compare", 8 * digits * words(n), mpcache_digits_compare(out, other, e, d, digits, m, n));
        COMPARE(isa, "digits_compare", 8 * digits * words(n), mpcache_digits_compare(other, out, e, d, digits, m, n));
        free(d), free(other), free(e);
    }
}

static void products(int isa, int64_t n)
{
    if (n > 100)
        return;
    for (int k = 1; k <= 9; k++) {
        int64_t all = ((int64_t)1 << k) - 1, half = ((int64_t)1 << (k - 1)) - 1;
        uint64_t *masks = random_bytes((size_t)(8 * 2 * k * n)), *dealt = random_bytes((size_t)(8 * (all + half) * n));
        COMPARE(isa, "and_masks", 8 * all * n, mpcache_and_masks(out, masks, k, n));
        COMPARE(isa, "chain_masks", 8 * (all + half) * n, mpcache_chain_masks(out, masks, k, n));
        for (int first = 0; first < 2; first++) {
            COMPARE(isa, "and_finish", 8 * n, mpcache_and_finish(out, masks, dealt, k, first, n));
            COMPARE(isa, "chain_finish", 8 * n, mpcache_chain_finish(out, masks, dealt, k, first, n));
        }
        free(masks), free(dealt);
    }
}

static void gemm(int isa)
{
    static const int64_t sizes[] = {0, 1, 2, 3, 5, 8, 17, 64, 70};
    for (int i = 0; i < 9; i++)
        for (int j = 0; j < 9; j++)
            for (int t = 0; t < 9; t++)
                for (int accumulate = 0; accumulate < 2; accumulate++) {
                    int64_t m = sizes[i], n = sizes[j], k = sizes[t], ldx = k + 3, ldw = k + 1, ldy = n + 2, ldv = n + 5;
                    void *x = random_bytes((size_t)(8 * m * ldx)), *w = random_bytes((size_t)(8 * n * ldw)), *v = random_bytes((size_t)(8 * k * ldv));
                    COMPARE(isa, "gemm_nt_u64_i16", 8 * m * ldy, mpcache_gemm_nt_u64_i16(out, ldy, x, ldx, w, ldw, m, n, k, accumulate));
                    COMPARE(isa, "gemm_nt_u64", 8 * m * ldy, mpcache_gemm_nt_u64(out, ldy, x, ldx, w, ldw, m, n, k, accumulate));
                    COMPARE(isa, "gemm_nt_u32_i16", 4 * m * ldy, mpcache_gemm_nt_u32_i16(out, ldy, x, ldx, w, ldw, m, n, k, accumulate));
                    COMPARE(isa, "gemm_nn_u64", 8 * m * ldy, mpcache_gemm_nn_u64(out, ldy, x, ldx, v, ldv, m, n, k, accumulate));
                    COMPARE(isa, "gemm_nn_u16", 2 * m * ldy, mpcache_gemm_nn_u16(out, ldy, x, ldx, v, ldv, m, n, k, accumulate));
                    free(x), free(w), free(v);
                }
}

int main(void)
{
    for (int isa = MPCACHE_ISA_AVX2; isa <= MPCACHE_ISA_AVX512; isa++) {
        if (!mpcache_isa_available(isa)) {
            printf("set %d is not available here: skipped\n", isa);
            continue;
        }
        for (int i = 0; i < LENGTHS; i++) {
            elementwise(isa, lengths[i]);
            prg(isa, lengths[i]);
            bits(isa, lengths[i]);
            unit(isa, lengths[i]);
            products(isa, lengths[i]);
        }
        gemm(isa);
    }
    printf("%d failures\n", failures);
    return failures != 0;
}
