/*
 * Matrix products over Z_2^64 and Z_2^16. AVX-512 F, BW, DQ, VL: vpmullq / vpmullw with 16 independent accumulators; int16 weights are
 * widened by vpmovsxwq. Tails: masked loads and stores. Blocks of W are kept within the second-level cache while rows of X pass over them.
 */
#define ISA avx512
#include <immintrin.h>

#include "../kernels.h"

static inline __m512i load_i16(const int16_t *w, __mmask8 k) { return _mm512_cvtepi16_epi64(_mm_maskz_loadu_epi16(k, w)); }
static inline __m512i load_u64(const uint64_t *w, __mmask8 k) { return _mm512_maskz_loadu_epi64(k, w); }

/* Sum of eight words, modulo 2^64; the compiler's own reduction counts as signed overflow. */
static inline uint64_t sum8(__m512i v)
{
    __m256i half = _mm256_add_epi64(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    __m128i quarter = _mm_add_epi64(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    return (uint64_t)_mm_cvtsi128_si64(quarter) + (uint64_t)_mm_extract_epi64(quarter, 1);
}

/* An XR x WR block of outputs along k. */
#define NT_BLOCK(NAME, W, LOAD, XR, WR) \
    static inline void NAME(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const W *w, int64_t ldw, int64_t k, \
                            int32_t accumulate) \
    { \
        __m512i s[XR][WR]; \
        for (int a = 0; a < XR; a++) \
            for (int b = 0; b < WR; b++) \
                s[a][b] = _mm512_setzero_si512(); \
        int64_t t = 0; \
        for (; t + 8 <= k; t += 8) { \
            __m512i v[WR]; \
            for (int b = 0; b < WR; b++) \
                v[b] = LOAD(w + b * ldw + t, 0xff); \
            for (int a = 0; a < XR; a++) { \
                __m512i f = _mm512_loadu_si512(x + a * ldx + t); \
                for (int b = 0; b < WR; b++) \
                    s[a][b] = _mm512_add_epi64(s[a][b], _mm512_mullo_epi64(f, v[b])); \
            } \
        } \
        if (t < k) { \
            __mmask8 tail = (__mmask8)((1u << (k - t)) - 1); \
            for (int a = 0; a < XR; a++) \
                for (int b = 0; b < WR; b++) \
                    s[a][b] = _mm512_add_epi64(s[a][b], _mm512_mullo_epi64(load_u64(x + a * ldx + t, tail), LOAD(w + b * ldw + t, tail))); \
        } \
        for (int a = 0; a < XR; a++) \
            for (int b = 0; b < WR; b++) { \
                uint64_t sum = sum8(s[a][b]); \
                y[a * ldy + b] = (accumulate ? y[a * ldy + b] : 0) + sum; \
            } \
    }

#define GEMM_NT512(NAME, W, LOAD) \
    NT_BLOCK(NAME##_4x4, W, LOAD, 4, 4) \
    NT_BLOCK(NAME##_4x1, W, LOAD, 4, 1) \
    NT_BLOCK(NAME##_1x8, W, LOAD, 1, 8) \
    NT_BLOCK(NAME##_1x1, W, LOAD, 1, 1) \
    static void NAME##_512(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const W *w, int64_t ldw, int64_t m, \
        int64_t n, int64_t k, int32_t accumulate) \
    { \
        int64_t panel = 262144 / ((int64_t)sizeof(W) * (k > 0 ? k : 1)); \
        panel = panel < 8 ? 8 : panel & ~(int64_t)7; \
        for (int64_t j0 = 0; j0 < n; j0 += panel) { \
            int64_t j1 = j0 + panel < n ? j0 + panel : n, i = 0; \
            for (; i + 4 <= m; i += 4) { \
                int64_t j = j0; \
                for (; j + 4 <= j1; j += 4) \
                    NAME##_4x4(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate); \
                for (; j < j1; j++) \
                    NAME##_4x1(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate); \
            } \
            for (; i < m; i++) { \
                int64_t j = j0; \
                for (; j + 8 <= j1; j += 8) \
                    NAME##_1x8(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate); \
                for (; j < j1; j++) \
                    NAME##_1x1(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j * ldw, ldw, k, accumulate); \
            } \
        } \
    }

GEMM_NT512(nt_i16, int16_t, load_i16)
GEMM_NT512(nt_u64, uint64_t, load_u64)

/* Two rows of Y by 64 columns, along k. */
static inline void nn_u64_block(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int rows,
                                int64_t columns, int64_t k, int32_t accumulate)
{
    __m512i s[2][8];
    __mmask8 mask[8];
    for (int c = 0; c < 8; c++) {
        int64_t left = columns - 8 * c;
        mask[c] = left >= 8 ? 0xff : left > 0 ? (__mmask8)((1u << left) - 1) : 0;
        s[0][c] = s[1][c] = _mm512_setzero_si512();
    }
    const uint64_t *x1 = rows > 1 ? x + ldx : x;
    if (columns == 64)
        for (int64_t t = 0; t < k; t++) {
            __m512i f0 = _mm512_set1_epi64((int64_t)x[t]), f1 = _mm512_set1_epi64((int64_t)x1[t]);
            for (int c = 0; c < 8; c++) {
                __m512i v = _mm512_loadu_si512(w + t * ldw + 8 * c);
                s[0][c] = _mm512_add_epi64(s[0][c], _mm512_mullo_epi64(f0, v));
                s[1][c] = _mm512_add_epi64(s[1][c], _mm512_mullo_epi64(f1, v));
            }
        }
    else
        for (int64_t t = 0; t < k; t++) {
            __m512i f0 = _mm512_set1_epi64((int64_t)x[t]), f1 = _mm512_set1_epi64((int64_t)x1[t]);
            for (int c = 0; c < 8; c++) {
                __m512i v = _mm512_maskz_loadu_epi64(mask[c], w + t * ldw + 8 * c);
                s[0][c] = _mm512_add_epi64(s[0][c], _mm512_mullo_epi64(f0, v));
                s[1][c] = _mm512_add_epi64(s[1][c], _mm512_mullo_epi64(f1, v));
            }
        }
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < 8; c++) {
            uint64_t *to = y + r * ldy + 8 * c;
            __m512i sum = accumulate ? _mm512_add_epi64(s[r][c], _mm512_maskz_loadu_epi64(mask[c], to)) : s[r][c];
            _mm512_mask_storeu_epi64(to, mask[c], sum);
        }
}

static void nn_u64_512(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
                       int64_t k, int32_t accumulate)
{
    for (int64_t j = 0; j < n; j += 64)
        for (int64_t i = 0; i < m; i += 2)
            nn_u64_block(y + i * ldy + j, ldy, x + i * ldx, ldx, w + j, ldw, m - i > 1 ? 2 : 1, n - j < 64 ? n - j : 64, k, accumulate);
}

/* Four rows of Y by 64 columns over a run of k, added to Y. */
static inline void nn_u16_block(uint16_t *y, int64_t ldy, const uint16_t *x, int64_t ldx, const uint16_t *w, int64_t ldw, int rows,
                                int64_t columns, int64_t k)
{
    __m512i s[4][2];
    __mmask32 mask[2];
    for (int c = 0; c < 2; c++) {
        int64_t left = columns - 32 * c;
        mask[c] = left >= 32 ? UINT32_MAX : left > 0 ? (__mmask32)((UINT32_C(1) << left) - 1) : 0;
        for (int r = 0; r < 4; r++)
            s[r][c] = r < rows ? _mm512_maskz_loadu_epi16(mask[c], y + r * ldy + 32 * c) : _mm512_setzero_si512();
    }
    const uint16_t *x1 = rows > 1 ? x + ldx : x, *x2 = rows > 2 ? x + 2 * ldx : x, *x3 = rows > 3 ? x + 3 * ldx : x;
    for (int64_t t = 0; t < k; t++) {
        __m512i v0 = _mm512_maskz_loadu_epi16(mask[0], w + t * ldw), v1 = _mm512_maskz_loadu_epi16(mask[1], w + t * ldw + 32);
        __m512i f0 = _mm512_set1_epi16((int16_t)x[t]), f1 = _mm512_set1_epi16((int16_t)x1[t]);
        __m512i f2 = _mm512_set1_epi16((int16_t)x2[t]), f3 = _mm512_set1_epi16((int16_t)x3[t]);
        s[0][0] = _mm512_add_epi16(s[0][0], _mm512_mullo_epi16(f0, v0));
        s[0][1] = _mm512_add_epi16(s[0][1], _mm512_mullo_epi16(f0, v1));
        s[1][0] = _mm512_add_epi16(s[1][0], _mm512_mullo_epi16(f1, v0));
        s[1][1] = _mm512_add_epi16(s[1][1], _mm512_mullo_epi16(f1, v1));
        s[2][0] = _mm512_add_epi16(s[2][0], _mm512_mullo_epi16(f2, v0));
        s[2][1] = _mm512_add_epi16(s[2][1], _mm512_mullo_epi16(f2, v1));
        s[3][0] = _mm512_add_epi16(s[3][0], _mm512_mullo_epi16(f3, v0));
        s[3][1] = _mm512_add_epi16(s[3][1], _mm512_mullo_epi16(f3, v1));
    }
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < 2; c++)
            _mm512_mask_storeu_epi16(y + r * ldy + 32 * c, mask[c], s[r][c]);
}

static void nn_u16_512(uint16_t *y, int64_t ldy, const uint16_t *x, int64_t ldx, const uint16_t *w, int64_t ldw, int64_t m, int64_t n,
                       int64_t k, int32_t accumulate)
{
    enum { RUN = 256 }; /* rows of W that stay in the cache while all rows of X pass */
    if (!accumulate)
        for (int64_t i = 0; i < m; i++)
            if (n > 0)
                memset(y + i * ldy, 0, (size_t)n * 2);
    for (int64_t t = 0; t < k; t += RUN) {
        int64_t run = k - t < RUN ? k - t : RUN;
        for (int64_t i = 0; i < m; i += 4)
            for (int64_t j = 0; j < n; j += 64)
                nn_u16_block(y + i * ldy + j, ldy, x + i * ldx + t, ldx, w + t * ldw + j, ldw, m - i < 4 ? (int)(m - i) : 4,
                             n - j < 64 ? n - j : 64, run);
    }
}

void mpcache_fill_gemm_avx512(kernel_table *t)
{
    t->gemm_nt_u64_i16 = nt_i16_512;
    t->gemm_nt_u64 = nt_u64_512;
    t->gemm_nn_u64 = nn_u64_512;
    t->gemm_nn_u16 = nn_u16_512;
}
