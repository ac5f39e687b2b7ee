/* Known answers, and each protocol kernel's meaning: shares made here, kernels run for both parties, results put together. */
#include "check.h"

static void aes(void)
{
    /* FIPS 197, appendix C.1: the counter block is le64(nonce) || le64(block). */
    static const uint8_t cipher[16] = {0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a};
    uint8_t key[16], found[16];
    mpcache_aes128 schedule;
    for (int i = 0; i < 16; i++)
        key[i] = (uint8_t)i;
    mpcache_aes128_expand(&schedule, key);
    CHECK(schedule.round_keys[160] == 0x13 && schedule.round_keys[175] == 0xc5, "round keys differ from FIPS 197");
    uint64_t out[2];
    mpcache_prg_fill(&schedule, UINT64_C(0x7766554433221100), UINT64_C(0xffeeddccbbaa9988), out, 2);
    memcpy(found, out, 16);
    CHECK(memcmp(found, cipher, 16) == 0, "AES differs from FIPS 197");
    uint64_t whole[100], part[60];
    mpcache_prg_fill(&schedule, 5, 0, whole, 100);
    mpcache_prg_fill(&schedule, 5, 20, part, 60);
    CHECK(memcmp(whole + 40, part, sizeof part) == 0, "a stream read from block 20 on differs");
}

static void gemm(void)
{
    uint64_t x[4] = {1, 2, UINT64_MAX, UINT64_C(1) << 63}, y[4], v[4] = {3, 4, 5, 6};
    int16_t w[4] = {-1, 2, 3, -32768};
    uint16_t x16[4] = {1, 2, 65535, 32768}, v16[4] = {3, 4, 5, 6}, y16[4];
    mpcache_gemm_nt_u64_i16(y, 2, x, 2, w, 2, 2, 2, 2, 0);
    CHECK(y[0] == 3 && y[1] == (uint64_t)-65533 && y[2] == 1 && y[3] == (uint64_t)-3, "gemm_nt_u64_i16");
    mpcache_gemm_nn_u64(y, 2, x, 2, v, 2, 2, 2, 2, 0);
    CHECK(y[0] == 13 && y[1] == 16 && y[2] == (uint64_t)-3 + (UINT64_C(5) << 63) && y[3] == (uint64_t)-4, "gemm_nn_u64");
    mpcache_gemm_nn_u16(y16, 2, x16, 2, v16, 2, 2, 2, 2, 0);
    CHECK(y16[0] == 13 && y16[1] == 16 && y16[2] == (uint16_t)(-3 + 32768) && y16[3] == (uint16_t)-4, "gemm_nn_u16");
    mpcache_gemm_nn_u64(y, 2, x, 2, v, 2, 2, 2, 0, 0);
    CHECK(y[0] == 0 && y[3] == 0, "an empty inner dimension gives zeros");
}

/* Long rows of the largest and smallest limbs and weights: sums that are cut into pieces of a register must not run over. */
static void long_rows(void)
{
    enum { M = 9, N = 3, K = 1003 };
    static const uint64_t extremes[] = {UINT64_MAX, 0, UINT64_C(1) << 63, UINT64_C(0x7fffffffffffffff), UINT64_C(0x8000400200400),
                                        UINT64_C(0x8000ffdffbff3ff), UINT64_C(0xfffc00200400400), UINT64_C(0xff801ffdff7fdff),
                                        UINT64_C(0x5555555555555555)};
    uint64_t *x = malloc(8 * M * K), *y = malloc(8 * M * N), *z = malloc(8 * M * N), *wide = malloc(8 * N * K);
    int16_t *w = malloc(2 * N * K);
    for (int i = 0; i < M * K; i++)
        x[i] = extremes[i / K];
    for (int i = 0; i < N * K; i++)
        w[i] = i / K == 0 ? -32768 : i / K == 1 ? 32767 : (int16_t)random_word(), wide[i] = (uint64_t)(int64_t)w[i];
    mpcache_gemm_nt_u64_i16(y, N, x, K, w, K, M, N, K, 0);
    mpcache_gemm_nt_u64(z, N, x, K, wide, K, M, N, K, 0);
    for (int i = 0; i < M * N; i++) {
        uint64_t sum = 0;
        for (int t = 0; t < K; t++)
            sum += x[i / N * K + t] * (uint64_t)(int64_t)w[i % N * K + t];
        CHECK(y[i] == sum && z[i] == sum, "a long row, output %d", i);
    }
    for (int i = 0; i < M * K; i++)
        x[i] = random_word();
    mpcache_gemm_nt_u64_i16(y, N, x, K, w, K, M, N, K, 1);
    mpcache_gemm_nt_u64(z, N, x, K, wide, K, M, N, K, 1);
    CHECK(memcmp(y, z, 8 * M * N) == 0, "long rows of random words");
    free(x), free(y), free(z), free(w), free(wide);
}

static void widen(void)
{
    enum { N = 200, W = 40 };
    uint64_t z0[N], z1[N], c0[N], c1[N], m0[4] = {0}, m1[4] = {0}, a[4], b[4], u[4], v[4], value[N];
    for (int i = 0; i < 4; i++)
        a[i] = random_word(), b[i] = random_word();
    for (int i = 0; i < N; i++) {
        value[i] = random_word() >> (64 - W + 1); /* below 2^(W-1) */
        z0[i] = random_word() >> (64 - W);
        z1[i] = (value[i] - z0[i]) & ((UINT64_C(1) << W) - 1);
        m0[i / 64] |= (z0[i] >> (W - 1)) << (i % 64);
        m1[i / 64] |= (z1[i] >> (W - 1)) << (i % 64);
        c0[i] = random_word();
        c1[i] = ((a[i / 64] & b[i / 64]) >> (i % 64) & 1) - c0[i];
    }
    for (int i = 0; i < 4; i++)
        u[i] = m0[i] ^ a[i], v[i] = m1[i] ^ b[i];
    mpcache_widen_finish(z0, m0, a, u, v, c0, W, 1, N);
    mpcache_widen_finish(z1, m1, b, u, v, c1, W, 0, N);
    for (int i = 0; i < N; i++)
        CHECK(z0[i] + z1[i] == value[i], "widen_finish, element %d", i);
}

static void bits_times(void)
{
    enum { N = 100 };
    uint64_t beta[2], rho_bits[2], u[2], rho0[N], rho1[N], x0[N], x1[N], a[N], d[N], ra0[N], ra1[N];
    uint64_t s0[N] = {0}, s1[N] = {0}, t0[N] = {0}, t1[N] = {0}, q0[N] = {0}, q1[N] = {0};
    for (int i = 0; i < 2; i++)
        beta[i] = random_word(), rho_bits[i] = random_word(), u[i] = beta[i] ^ rho_bits[i];
    for (int i = 0; i < N; i++) {
        uint64_t rho = rho_bits[i / 64] >> (i % 64) & 1;
        a[i] = random_word(), d[i] = random_word();
        rho0[i] = random_word(), rho1[i] = rho - rho0[i];
        x0[i] = random_word(), x1[i] = a[i] + d[i] - x0[i];
        ra0[i] = random_word(), ra1[i] = rho * a[i] - ra0[i];
    }
    mpcache_bit_to_word(s0, u, rho0, 1, 3, N);
    mpcache_bit_to_word(s1, u, rho1, 0, 3, N);
    mpcache_bit_times(t0, u, rho0, ra0, d, x0, 5, N);
    mpcache_bit_times(t1, u, rho1, ra1, d, x1, 5, N);
    for (int i = 0; i < N; i++) {
        uint64_t bit = beta[i / 64] >> (i % 64) & 1, scale = d[i] >> 4;
        CHECK(s0[i] + s1[i] == 3 * bit, "bit_to_word, element %d", i);
        CHECK(t0[i] + t1[i] == 5 * bit * (a[i] + d[i]), "bit_times, element %d", i);
        (void)scale;
    }
    /* r = a, shared as x - d on one side: rho r is dealt as ra */
    for (int i = 0; i < N; i++)
        x0[i] -= d[i];
    mpcache_bit_times_scaled(q0, u, x0, ra0, d, 4, N);
    mpcache_bit_times_scaled(q1, u, x1, ra1, d, 4, N);
    for (int i = 0; i < N; i++)
        CHECK(q0[i] + q1[i] == (d[i] >> 4) * (beta[i / 64] >> (i % 64) & 1) * a[i], "bit_times_scaled, element %d", i);
}

static void unit(void)
{
    for (int m = 3; m <= 12; m++) {
        enum { N = 70, PLANES = 3 };
        int size = 1 << m, bytes = size / 8;
        uint8_t *e0 = random_bytes((size_t)(N * bytes)), *e1 = malloc((size_t)(N * bytes)), *table = random_bytes((size_t)(PLANES * bytes));
        uint8_t sums[2][32 * 512] = {{0}};
        uint64_t r[N], d[N], out0[PLANES * 2], out1[PLANES * 2];
        uint32_t groups[N];
        memcpy(e1, e0, (size_t)(N * bytes));
        for (int i = 0; i < N; i++)
            r[i] = random_word(), d[i] = random_word() & (uint64_t)(size - 1), groups[i] = (uint32_t)random_word();
        mpcache_unit_xor(e1, r, m, N);
        mpcache_unit_lookup(out0, e0, d, table, PLANES, m, N);
        mpcache_unit_lookup(out1, e1, d, table, PLANES, m, N);
        mpcache_unit_parities(sums[0], e0, d, groups, m, N);
        mpcache_unit_parities(sums[1], e1, d, groups, m, N);
        for (int i = 0; i < N; i++) {
            int x = (int)((d[i] + r[i]) & (uint64_t)(size - 1));
            for (int p = 0; p < PLANES; p++) {
                uint64_t found = (out0[2 * p + i / 64] ^ out1[2 * p + i / 64]) >> (i % 64) & 1;
                CHECK(found == (uint64_t)(table[p * bytes + x / 8] >> (x % 8) & 1), "unit_lookup m %d, element %d", m, i);
            }
            for (int g = 0; g < 32; g++)
                if (groups[i] >> g & 1)
                    sums[0][g * bytes + x / 8] ^= (uint8_t)(1 << (x % 8));
        }
        CHECK(memcmp(sums[0], sums[1], (size_t)(32 * bytes)) == 0, "unit_parities m %d", m);
        free(e0), free(e1), free(table);
    }
}

static void products(void)
{
    for (int k = 1; k <= 9; k++) {
        enum { WORDS = 3 };
        int all = (1 << k) - 1, chain = all + (1 << (k - 1)) - 1;
        uint64_t bits[18 * WORDS], masks[18 * WORDS], u[18 * WORDS], o0[WORDS], o1[WORDS];
        uint64_t clear[800 * WORDS], s0[800 * WORDS], s1[800 * WORDS];
        for (int i = 0; i < 18 * WORDS; i++)
            bits[i] = random_word() | random_word(), masks[i] = random_word(), u[i] = bits[i] ^ masks[i];
        mpcache_and_masks(clear, masks, k, WORDS);
        for (int i = 0; i < all * WORDS; i++)
            s0[i] = random_word(), s1[i] = s0[i] ^ clear[i];
        mpcache_and_finish(o0, u, s0, k, 1, WORDS);
        mpcache_and_finish(o1, u, s1, k, 0, WORDS);
        for (int w = 0; w < WORDS; w++) {
            uint64_t expected = UINT64_MAX;
            for (int i = 0; i < k; i++)
                expected &= bits[i * WORDS + w];
            CHECK((o0[w] ^ o1[w]) == expected, "and_finish, k %d", k);
        }
        mpcache_chain_masks(clear, masks, k, WORDS);
        for (int i = 0; i < chain * WORDS; i++)
            s0[i] = random_word(), s1[i] = s0[i] ^ clear[i];
        mpcache_chain_finish(o0, u, s0, k, 1, WORDS);
        mpcache_chain_finish(o1, u, s1, k, 0, WORDS);
        for (int w = 0; w < WORDS; w++) {
            uint64_t f = bits[w];
            for (int j = 1; j < k; j++)
                f = bits[j * WORDS + w] ^ (bits[(k + j - 1) * WORDS + w] & f);
            CHECK((o0[w] ^ o1[w]) == f, "chain_finish, k %d", k);
        }
    }
}

static void digits(void)
{
    enum { N = 100, DIGITS = 4, M = 4 };
    uint64_t r[N * DIGITS], d[N], gt[2][DIGITS * 2], eq[2][DIGITS * 2];
    uint8_t *e0 = random_bytes(N * DIGITS * 2), *e1 = malloc(N * DIGITS * 2);
    memcpy(e1, e0, N * DIGITS * 2);
    for (int i = 0; i < N; i++)
        d[i] = random_word();
    for (int i = 0; i < N * DIGITS; i++)
        r[i] = random_word() & 15;
    mpcache_unit_xor(e1, r, M, N * DIGITS);
    mpcache_digits_compare(gt[0], eq[0], e0, d, DIGITS, M, N);
    mpcache_digits_compare(gt[1], eq[1], e1, d, DIGITS, M, N);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < DIGITS; j++) {
            uint64_t c = ~d[i] >> (M * j) & 15, x = r[i * DIGITS + j];
            CHECK(((gt[0][2 * j + i / 64] ^ gt[1][2 * j + i / 64]) >> (i % 64) & 1) == (x > c), "digits_compare: greater");
            CHECK(((eq[0][2 * j + i / 64] ^ eq[1][2 * j + i / 64]) >> (i % 64) & 1) == (x == c), "digits_compare: equal");
        }
    free(e0), free(e1);
}

static void exponential(void)
{
    /* 2^30 times 1, 2^-1/2, 2^-1, 2^-7.75 */
    uint64_t t[4] = {0, 4096, 8192, 63488}, out[4];
    static const uint64_t expected[4] = {1073741824, 759250125, 536870912, 4987896};
    mpcache_exp2_neg(out, t, 13, 30, 4);
    for (int i = 0; i < 4; i++)
        CHECK(out[i] - expected[i] + 1 <= 2, "exp2_neg %d: %llu", i, (unsigned long long)out[i]);
}

int main(void)
{
    for (int isa = MPCACHE_ISA_SCALAR; isa <= MPCACHE_ISA_AVX512; isa++) {
        if (mpcache_isa_select(isa) != MPCACHE_OK)
            continue;
        aes(), gemm(), long_rows(), widen(), bits_times(), unit(), products(), digits(), exponential();
    }
    printf("%d failures\n", failures);
    return failures != 0;
}
