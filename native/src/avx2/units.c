/*
 * Unit vectors with AVX2, by the compiler but for comparisons of digits of four bits, the ones that protocols use: 16 elements at a time,
 * transposed so that a register holds one digit's vectors of all 16. Tails: a padded copy.
 */
#define ISA avx2
#include <immintrin.h>

#include "../kernels.h"
#define BY_HAND
#include "../generic/units.h"

enum { LANES = 16 };

/* Column c of 16 rows of `stride` bytes, which have 16 bytes of columns each, becomes out[c]; rows 8 to 15 in the upper half. */
static inline void transpose_16x8(__m256i out[8], const uint8_t *rows, int64_t stride)
{
    __m256i r[8], s[8];
    for (int i = 0; i < 8; i++) {
        __m128i low = _mm_loadu_si128((const __m128i *)(rows + i * stride));
        __m128i high = _mm_loadu_si128((const __m128i *)(rows + (i + 8) * stride));
        r[i] = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    }
    for (int i = 0; i < 4; i++) {
        s[2 * i] = _mm256_unpacklo_epi16(r[2 * i], r[2 * i + 1]);
        s[2 * i + 1] = _mm256_unpackhi_epi16(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++)
        for (int h = 0; h < 2; h++) {
            r[4 * i + 2 * h] = _mm256_unpacklo_epi32(s[4 * i + h], s[4 * i + 2 + h]);
            r[4 * i + 2 * h + 1] = _mm256_unpackhi_epi32(s[4 * i + h], s[4 * i + 2 + h]);
        }
    for (int c = 0; c < 4; c++) {
        out[2 * c] = _mm256_unpacklo_epi64(r[c], r[4 + c]);
        out[2 * c + 1] = _mm256_unpackhi_epi64(r[c], r[4 + c]);
    }
}

/* Digit c of a mask against its unit vector v, in 16 lanes: bits 0-7 and 16-23 of the result say greater, 8-15 and 24-31 equal. */
static inline uint32_t compare_lanes(__m256i v, __m256i c)
{
    const __m256i bit_of = _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i odd = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, -128, -128, 0, -128, 0, 0, -128, -128, 0, 0, -128, 0, -128, -128, 0));
    __m256i at = _mm256_or_si256(c, _mm256_slli_epi16(_mm256_xor_si256(c, _mm256_set1_epi16(8)), 8));
    __m256i bit = _mm256_shuffle_epi8(bit_of, at); /* 1 << c */
    __m256i equal = _mm256_cmpeq_epi16(_mm256_and_si256(v, bit), bit);
    __m256i above = _mm256_and_si256(v, _mm256_sub_epi16(_mm256_setzero_si256(), _mm256_add_epi16(bit, bit)));
    above = _mm256_xor_si256(above, _mm256_srli_epi16(above, 8));
    above = _mm256_and_si256(_mm256_xor_si256(above, _mm256_srli_epi16(above, 4)), _mm256_set1_epi16(15));
    __m256i greater = _mm256_slli_epi16(_mm256_shuffle_epi8(odd, above), 8);
    return (uint32_t)_mm256_movemask_epi8(_mm256_packs_epi16(greater, equal));
}

/* 16 elements: rows of e have `stride` bytes and may be read 16 bytes past the last, d 16 words and 8 bytes past. */
static inline void compare_16(uint64_t *gt, uint64_t *eq, int64_t plane_words, const uint8_t *e, const uint64_t *d, int32_t digits,
                              int64_t at, uint32_t valid)
{
    __m256i words[8], columns[8];
    transpose_16x8(words, (const uint8_t *)d, 8);
    for (int32_t j = 0; j < digits; j++) {
        if (j % 8 == 0)
            transpose_16x8(columns, e + 2 * j, 2 * digits);
        __m256i c = _mm256_srl_epi16(words[j / 4], _mm_cvtsi32_si128(4 * (j % 4)));
        c = _mm256_andnot_si256(c, _mm256_set1_epi16(15));
        uint32_t found = compare_lanes(columns[j % 8], c);
        uint16_t greater = (uint16_t)(((found & 0xff) | ((found >> 8) & 0xff00)) & valid);
        uint16_t equal = (uint16_t)((((found >> 8) & 0xff) | ((found >> 16) & 0xff00)) & valid);
        memcpy((uint8_t *)(gt + j * plane_words) + at / 8, &greater, 2);
        memcpy((uint8_t *)(eq + j * plane_words) + at / 8, &equal, 2);
    }
}

static void digits_compare_256(uint64_t *gt, uint64_t *eq, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m, int64_t n)
{
    if (m != 4) {
        digits_compare_avx2(gt, eq, e, d, digits, m, n);
        return;
    }
    int64_t plane_words = bit_words(n), i = 0;
    if (n % 64 != 0)
        for (int32_t j = 0; j < digits; j++)
            gt[(j + 1) * plane_words - 1] = eq[(j + 1) * plane_words - 1] = 0;
    for (; (i + LANES) * digits * 2 + 16 <= n * digits * 2 && i + LANES < n; i += LANES)
        compare_16(gt, eq, plane_words, e + i * digits * 2, d + i, digits, i, 0xffff);
    for (; i < n; i += LANES) {
        uint8_t rows[LANES * 16 * 2 + 16] = {0};
        uint64_t words[LANES + 1] = {0};
        int64_t left = n - i < LANES ? n - i : LANES;
        memcpy(rows, e + i * digits * 2, (size_t)(left * digits * 2));
        memcpy(words, d + i, (size_t)left * 8);
        compare_16(gt, eq, plane_words, rows, words, digits, i, (UINT32_C(1) << left) - 1);
    }
}

void mpcache_fill_units_avx2(kernel_table *t)
{
    t->unit_xor = unit_xor_avx2;
    t->unit_lookup = unit_lookup_avx2;
    t->unit_parities = unit_parities_avx2;
    t->digits_compare = digits_compare_256;
}
