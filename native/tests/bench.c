/* How fast the heart of the matter runs on each instruction set, beside plain memory and multiply loops of the same run. Not a test. */
#include <time.h>

#include "check.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define TIME(name, unit, amount, call)                                           \
    do {                                                                         \
        double best_ = 1e9;                                                      \
        for (int r_ = 0; r_ < 5; r_++) {                                         \
            double start_ = now();                                               \
            call;                                                                \
            double took_ = now() - start_;                                       \
            best_ = took_ < best_ ? took_ : best_;                               \
        }                                                                        \
        printf("  %-34s %8.2f %s\n", name, (double)(amount) / best_ * 1e-9, unit); \
    } while (0)

int main(void)
{
    enum { N = 1536, K = 576, M = 64, V = 49152, BIG = 1 << 20 };
    uint64_t *x = random_bytes(8L * M * N), *w = random_bytes(8L * N * N), *y = malloc(8L * M * V), *a = random_bytes(8L * BIG), *b = random_bytes(8L * BIG);
    int16_t *w16 = random_bytes(2L * V * K);
    uint16_t *x16 = random_bytes(2L * M * V), *y16 = malloc(2L * M * K);
    float *wf = malloc(4L * V * K), *xf = malloc(4L * K), *yf = malloc(4L * V);
    uint8_t *e = random_bytes(512L * 4096), *table = random_bytes(64L * 64);
    uint32_t *groups = random_bytes(4L * 4096);
    uint64_t *d = random_bytes(8L * 4096), *planes = malloc(8L * 64 * 64);
    uint8_t key[16] = {1};
    mpcache_aes128 schedule;
    mpcache_aes128_expand(&schedule, key);
    for (long i = 0; i < (long)V * K; i++)
        wf[i] = 1.0f;
    for (long i = 0; i < K; i++)
        xf[i] = 1.0f;
    for (int i = 0; i < 4096; i++)
        d[i] &= 511;
    printf("plain loops\n");
    TIME("copy", "GB/s", 16.0 * BIG, memcpy(a, b, 8L * BIG));
    TIME("fp32 GEMV 49152 x 576", "Gmac/s", (double)V * K, {
        for (long j = 0; j < V; j++) {
            float s = 0;
            for (long t = 0; t < K; t++)
                s += wf[j * K + t] * xf[t];
            yf[j] = s;
        }
    });
    for (int isa = 0; isa <= 2; isa++) {
        if (mpcache_isa_select(isa) != MPCACHE_OK)
            continue;
        printf("set %d\n", isa);
        TIME("gemm_nt_u64_i16 1 x 49152 x 576", "Gmac/s", (double)V * K, mpcache_gemm_nt_u64_i16(y, V, x, K, w16, K, 1, V, K, 0));
        TIME("gemm_nt_u64_i16 1 x 1536 x 576", "Gmac/s", (double)N * K, mpcache_gemm_nt_u64_i16(y, N, x, K, w16, K, 1, N, K, 0));
        TIME("gemm_nt_u64_i16 64 x 1536 x 576", "Gmac/s", (double)M * N * K, mpcache_gemm_nt_u64_i16(y, N, x, K, w16, K, M, N, K, 0));
        TIME("gemm_nt_u64 1 x 1536 x 1536", "Gmac/s", (double)N * N, mpcache_gemm_nt_u64(y, N, x, N, w, N, 1, N, N, 0));
        TIME("gemm_nt_u64 64 x 1536 x 576", "Gmac/s", (double)M * N * K, mpcache_gemm_nt_u64(y, N, x, K, w, K, M, N, K, 0));
        TIME("gemm_nt_u64 192 x 512 x 64", "Gmac/s", 192.0 * 512 * 64, mpcache_gemm_nt_u64(y, 512, x, 64, w, 64, 192, 512, 64, 0));
        TIME("gemm_nn_u64 192 x 64 x 512", "Gmac/s", 192.0 * 512 * 64, mpcache_gemm_nn_u64(y, 64, x, 512, w, 64, 192, 64, 512, 0));
        TIME("gemm_nn_u16 1 x 576 x 49152", "Gmac/s", (double)V * K, mpcache_gemm_nn_u16(y16, K, x16, V, (uint16_t *)w16, K, 1, K, V, 0));
        TIME("gemm_nn_u16 16 x 576 x 49152", "Gmac/s", 16.0 * V * K, mpcache_gemm_nn_u16(y16, K, x16, V, (uint16_t *)w16, K, 16, K, V, 0));
        TIME("prg_fill", "GB/s", 8.0 * 4096, mpcache_prg_fill(&schedule, 1, 0, a, 4096));
        TIME("unit_lookup m 9, 24 planes", "G el/s", 4096, mpcache_unit_lookup(planes, e, d, table, 24, 9, 4096));
        TIME("unit_parities m 7", "G el/s", 4096, mpcache_unit_parities((uint8_t *)y, e, d, groups, 7, 4096));
        TIME("bit_times", "G el/s", 4096, mpcache_bit_times(y, planes, a, b, a, b, 3, 4096));
        TIME("bit_to_word", "G el/s", 4096, mpcache_bit_to_word(y, planes, a, 1, 3, 4096));
        TIME("widen_finish", "G el/s", 4096, mpcache_widen_finish(y, planes, planes, planes, planes, a, 30, 1, 4096));
        TIME("expand_bits", "G el/s", 4096, mpcache_expand_bits(y, planes, 4096));
        TIME("extract_bit", "G el/s", 4096, mpcache_extract_bit(planes, a, 30, 4096));
        TIME("pack 5", "G el/s", 65536, mpcache_pack((uint8_t *)y, a, 5, 65536));
        TIME("unpack_add 5", "G el/s", 65536, mpcache_unpack_add(y, (uint8_t *)a, 5, 65536));
        TIME("exp2_neg", "G el/s", 4096, mpcache_exp2_neg(y, d, 13, 30, 4096));
        TIME("digits_compare 8 x 4", "G el/s", 4096, mpcache_digits_compare(planes, y, e, d, 8, 4, 4096));
        TIME("chain_finish k 8", "G el/s", 64 * 64, mpcache_chain_finish(planes, a, b, 8, 1, 64));
    }
    return failures;
}
