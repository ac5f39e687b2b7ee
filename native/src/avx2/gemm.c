/*
 * Matrix products with AVX2, which has no product of 64-bit lanes.
 *
 * 16-bit weights: x is cut into five signed limbs, x = l0 + 2^11 l1 + 2^22 l2 + 2^33 l3 + 2^49 l4 modulo 2^64, and vpmaddwd multiplies 16
 * limbs by 16 weights at once and adds neighbours. The limbs l0 to l2 lie in [-2^10, 2^10), so that a sum of two products is at most 2^26
 * and RUN of them fit 32 bits; of the sums of l3 and l4 only the low 31 and 15 bits matter, which wrapping leaves right.
 */
#define ISA avx2
#include <immintrin.h>

#include "../kernels.h"
#define BY_HAND
#include "../generic/gemm.h"

enum {
    LIMBS = 5,
    RUN = 31,           /* 31 * 2^26 < 2^31 */
    CHUNK = 16 * 30,    /* elements of a row of X that are cut at once, at most RUN steps of 16 */
    ROWS_AT_ONCE = 8,   /* rows of X that pass over a block of W while it is in the cache */
    PANEL = 128         /* rows of W in a block */
};
_Static_assert(CHUNK <= 16 * RUN, "sums of limbs must fit 32 bits");

typedef int16_t limbs[LIMBS][CHUNK];

/* Cuts count elements; the rest up to a multiple of 16 are zero. */
static void cut(limbs out, const uint64_t *x, int64_t count)
{
    for (int64_t t = 0; t < (count + 15) / 16 * 16; t++) {
        uint64_t rest = t < count ? x[t] : 0;
        for (int l = 0; l < 3; l++) {
            uint64_t limb = ((rest + 1024) & 2047) - 1024; /* signed: what it takes too much, the next one gives back */
            out[l][t] = (int16_t)limb;
            rest = (rest - limb) >> 11;
        }
        out[3][t] = (int16_t)rest;
        out[4][t] = (int16_t)((rest - (uint64_t)(int64_t)(int16_t)rest) >> 16);
    }
}

static inline __m256i widen_sum(__m256i v)
{
    return _mm256_add_epi64(_mm256_cvtepi32_epi64(_mm256_castsi256_si128(v)), _mm256_cvtepi32_epi64(_mm256_extracti128_si256(v, 1)));
}

/* The sums of the limbs' products, put together. */
static inline uint64_t join(__m256i s0, __m256i s1, __m256i s2, __m256i s3, __m256i s4)
{
    __m256i sum = widen_sum(s0);
    sum = _mm256_add_epi64(sum, _mm256_slli_epi64(widen_sum(s1), 11));
    sum = _mm256_add_epi64(sum, _mm256_slli_epi64(widen_sum(s2), 22));
    sum = _mm256_add_epi64(sum, _mm256_slli_epi64(widen_sum(s3), 33));
    sum = _mm256_add_epi64(sum, _mm256_slli_epi64(widen_sum(s4), 49));
    __m128i half = _mm_add_epi64(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    return (uint64_t)_mm_cvtsi128_si64(half) + (uint64_t)_mm_extract_epi64(half, 1);
}

static inline __m256i load_i16(const int16_t *w) { return _mm256_loadu_si256((const __m256i *)w); }

/*
 * A row of X, cut, by two rows of W, of count elements each, a multiple of 16. The ten sums have names, a function of their own and a fence
 * between limbs: else the compiler does not keep them in registers.
 */
static __attribute__((noinline)) void two_products(uint64_t out[2], const int16_t *x, const int16_t *w0, const int16_t *w1,
                                                   int64_t count)
{
    __m256i a0 = _mm256_setzero_si256(), a1 = a0, a2 = a0, a3 = a0, a4 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0;
#define LIMB(l, a, b)                                         \
    do {                                                      \
        __m256i v = load_i16(x + l * CHUNK + t);              \
        a = _mm256_add_epi32(a, _mm256_madd_epi16(v, va));    \
        b = _mm256_add_epi32(b, _mm256_madd_epi16(v, vb));    \
        __asm__ volatile("" : "+x"(a), "+x"(b));              \
    } while (0)
    for (int64_t t = 0; t < count; t += 16) {
        __m256i va = load_i16(w0 + t), vb = load_i16(w1 + t);
        LIMB(0, a0, b0);
        LIMB(1, a1, b1);
        LIMB(2, a2, b2);
        LIMB(3, a3, b3);
        LIMB(4, a4, b4);
    }
#undef LIMB
    out[0] += join(a0, a1, a2, a3, a4);
    out[1] += join(b0, b1, b2, b3, b4);
}

/* The same for any count: the last weights go through a copy with zeros behind them. */
static inline void two_rows(uint64_t out[2], const limbs x, const int16_t *w0, const int16_t *w1, int64_t count)
{
    int64_t whole = count & ~(int64_t)15;
    out[0] = out[1] = 0;
    if (whole > 0)
        two_products(out, x[0], w0, w1, whole);
    if (whole < count) {
        int16_t rest[2][16] = {{0}};
        memcpy(rest[0], w0 + whole, (size_t)(count - whole) * 2);
        memcpy(rest[1], w1 + whole, (size_t)(count - whole) * 2);
        two_products(out, x[0] + whole, rest[0], rest[1], 16);
    }
}

static void nt_i16_256(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const int16_t *w, int64_t ldw, int64_t m, int64_t n,
                       int64_t k, int32_t accumulate)
{
    if (!accumulate)
        for (int64_t i = 0; i < m; i++)
            if (n > 0)
                memset(y + i * ldy, 0, (size_t)n * 8);
    int64_t panel = m <= ROWS_AT_ONCE ? n : PANEL;
    for (int64_t j0 = 0; j0 < n; j0 += panel)
        for (int64_t t = 0; t < k; t += CHUNK)
            for (int64_t i0 = 0; i0 < m; i0 += ROWS_AT_ONCE) {
                int64_t j1 = n - j0 < panel ? n : j0 + panel, count = k - t < CHUNK ? k - t : CHUNK;
                int64_t rows = m - i0 < ROWS_AT_ONCE ? m - i0 : ROWS_AT_ONCE;
                limbs cuts[ROWS_AT_ONCE];
                for (int64_t i = 0; i < rows; i++)
                    cut(cuts[i], x + (i0 + i) * ldx + t, count);
                for (int64_t j = j0; j < j1; j += 2) {
                    const int16_t *w0 = w + j * ldw + t, *w1 = j + 1 < j1 ? w0 + ldw : w0;
                    for (int64_t i = 0; i < rows; i++) {
                        uint64_t pair[2], *to = y + (i0 + i) * ldy + j;
                        two_rows(pair, (const int16_t(*)[CHUNK])cuts[i], w0, w1, count);
                        to[0] += pair[0];
                        if (j + 1 < j1)
                            to[1] += pair[1];
                    }
                }
            }
}

/*
 * Products of 64-bit words, x w = xl wl + 2^32 (xl wh + xh wl): the low halves by vpmuludq into one sum, both mixed products by one vpmulld
 * of w with x's halves swapped into another, of which 32 bits matter.
 */
typedef struct sums {
    __m256i low, mixed;
} sums;

static inline __m256i swap_halves(__m256i x) { return _mm256_shuffle_epi32(x, 0xb1); }

static inline void add_product(sums *s, __m256i x, __m256i swapped, __m256i w)
{
    s->low = _mm256_add_epi64(s->low, _mm256_mul_epu32(x, w));
    s->mixed = _mm256_add_epi32(s->mixed, _mm256_mullo_epi32(swapped, w));
}

static inline __m256i total(sums s)
{
    return _mm256_add_epi64(s.low, _mm256_slli_epi64(_mm256_add_epi32(s.mixed, _mm256_srli_epi64(s.mixed, 32)), 32));
}

static inline uint64_t sum4(__m256i v)
{
    __m128i half = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    return (uint64_t)_mm_cvtsi128_si64(half) + (uint64_t)_mm_extract_epi64(half, 1);
}

/* All ones in the first of four lanes, as many as are left. */
static inline __m256i lanes(int64_t left)
{
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(left), _mm256_setr_epi64x(0, 1, 2, 3));
}

static inline __m256i load_u64(const uint64_t *p, __m256i mask) { return _mm256_maskload_epi64((const long long *)p, mask); }

/* xr by wr outputs along k. */
static inline __attribute__((always_inline)) void nt_block(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w,
                                                           int64_t ldw, int64_t k, int32_t accumulate, const int xr, const int wr)
{
    sums s[2][4];
    for (int a = 0; a < xr; a++)
        for (int b = 0; b < wr; b++)
            s[a][b].low = s[a][b].mixed = _mm256_setzero_si256();
    for (int64_t t = 0; t + 4 <= k; t += 4)
        for (int a = 0; a < xr; a++) {
            __m256i v = _mm256_loadu_si256((const __m256i *)(x + a * ldx + t)), swapped = swap_halves(v);
            for (int b = 0; b < wr; b++)
                add_product(&s[a][b], v, swapped, _mm256_loadu_si256((const __m256i *)(w + b * ldw + t)));
        }
    if (k % 4 != 0) {
        int64_t t = k & ~(int64_t)3;
        __m256i mask = lanes(k - t);
        for (int a = 0; a < xr; a++) {
            __m256i v = load_u64(x + a * ldx + t, mask), swapped = swap_halves(v);
            for (int b = 0; b < wr; b++)
                add_product(&s[a][b], v, swapped, load_u64(w + b * ldw + t, mask));
        }
    }
    for (int a = 0; a < xr; a++)
        for (int b = 0; b < wr; b++)
            y[a * ldy + b] = (accumulate ? y[a * ldy + b] : 0) + sum4(total(s[a][b]));
}

static void nt_u64_256(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
                       int64_t k, int32_t accumulate)
{
    int64_t panel = 262144 / (8 * (k > 0 ? k : 1)); /* rows of W that stay in the cache while all of X passes */
    panel = panel < 8 ? 8 : panel & ~(int64_t)7;
    for (int64_t j0 = 0; j0 < n; j0 += panel) {
        int64_t j1 = j0 + panel < n ? j0 + panel : n, i = 0;
        for (; i + 2 <= m; i += 2) {
            int64_t j = j0;
            for (; j + 2 <= j1; j += 2)
                nt_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate, 2, 2);
            if (j < j1)
                nt_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate, 2, 1);
        }
        if (i < m) {
            int64_t j = j0;
            for (; j + 4 <= j1; j += 4)
                nt_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate, 1, 4);
            for (; j < j1; j++)
                nt_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate, 1, 1);
        }
    }
}

/* One or two rows of Y by 4 * vectors columns, along k; mask: the lanes of the last vector. */
static inline __attribute__((always_inline)) void nn_block(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w,
                                                           int64_t ldw, int64_t k, int32_t accumulate, const int rows, const int vectors,
                                                           __m256i mask)
{
    sums s[2][4];
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < vectors; c++)
            s[r][c].low = s[r][c].mixed = _mm256_setzero_si256();
    for (int64_t t = 0; t < k; t++) {
        __m256i v[4];
        for (int c = 0; c < vectors; c++)
            v[c] = load_u64(w + t * ldw + 4 * c, c == vectors - 1 ? mask : _mm256_set1_epi64x(-1));
        for (int r = 0; r < rows; r++) {
            __m256i f = _mm256_set1_epi64x((int64_t)x[r * ldx + t]), swapped = swap_halves(f);
            for (int c = 0; c < vectors; c++)
                add_product(&s[r][c], f, swapped, v[c]);
        }
    }
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < vectors; c++) {
            __m256i here = c == vectors - 1 ? mask : _mm256_set1_epi64x(-1), sum = total(s[r][c]);
            uint64_t *to = y + r * ldy + 4 * c;
            _mm256_maskstore_epi64((long long *)to, here, accumulate ? _mm256_add_epi64(sum, load_u64(to, here)) : sum);
        }
}

static void nn_u64_256(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
                       int64_t k, int32_t accumulate)
{
    const __m256i all = _mm256_set1_epi64x(-1);
    int64_t i = 0;
    for (; i + 2 <= m; i += 2) {
        int64_t j = 0;
        for (; j + 8 <= n; j += 8)
            nn_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j, ldw, k, accumulate, 2, 2, all);
        for (; j < n; j += 4)
            nn_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j, ldw, k, accumulate, 2, 1, lanes(n - j));
    }
    if (i < m) {
        int64_t j = 0;
        for (; j + 16 <= n; j += 16)
            nn_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j, ldw, k, accumulate, 1, 4, all);
        for (; j < n; j += 4)
            nn_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j, ldw, k, accumulate, 1, 1, lanes(n - j));
    }
}

void mpcache_fill_gemm_avx2(kernel_table *t)
{
    t->gemm_nt_u64_i16 = nt_i16_256;
    t->gemm_nt_u64 = nt_u64_256;
    t->gemm_nn_u64 = nn_u64_256;
    t->gemm_nn_u16 = gemm_nn_u16_avx2;
}
