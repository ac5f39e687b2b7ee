/*
 * Unit vectors with AVX2, where the compiler does not do well. Comparisons of digits of four bits, the ones that protocols use: 16 elements
 * at a time, transposed so that a register holds one digit's vectors of all 16; tails go through a padded copy. Look-ups: a vector is
 * turned once and then meets every plane; eight planes' parities become a byte, and the bytes of 64 elements planes. Parities over groups:
 * sums by the groups' values, four groups at a time, which are taken apart at the end.
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

/* XOR of the four words of each of four vectors: word i of the result belongs to vector i. */
static inline __m256i fold4(__m256i a, __m256i b, __m256i c, __m256i d)
{
    __m256i ab = _mm256_xor_si256(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    __m256i cd = _mm256_xor_si256(_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
    return _mm256_xor_si256(_mm256_permute2x128_si256(ab, cd, 0x20), _mm256_permute2x128_si256(ab, cd, 0x31));
}

/* The parities of four words. */
static inline int parity4(__m256i x)
{
    const __m256i odd = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, -128, -128, 0, -128, 0, 0, -128, -128, 0, 0, -128, 0, -128, -128, 0));
    x = _mm256_xor_si256(x, _mm256_slli_epi64(x, 32));
    x = _mm256_xor_si256(x, _mm256_slli_epi64(x, 16));
    x = _mm256_xor_si256(x, _mm256_slli_epi64(x, 8)); /* the top byte has the parity of all */
    x = _mm256_and_si256(_mm256_xor_si256(x, _mm256_srli_epi64(x, 4)), _mm256_set1_epi8(15));
    return _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_shuffle_epi8(odd, x)));
}

/* A vector of `words` words (a multiple of 4) turned by d: out[v] = e[v - d]. */
static inline void turn_256(uint64_t *out, const uint8_t *e, uint64_t d, int64_t words)
{
    uint64_t doubled[2 * 64 + 1], size = (uint64_t)words * 64, from = (size - d) & (size - 1);
    memcpy(doubled, e, (size_t)words * 8);
    memcpy(doubled + words, e, (size_t)words * 8);
    doubled[2 * words] = doubled[0];
    __m128i right = _mm_cvtsi64_si128((int64_t)(from & 63)), left = _mm_cvtsi64_si128((int64_t)(63 - (from & 63)));
    for (int64_t j = 0; j < words; j += 4) {
        const uint64_t *at = doubled + (from >> 6) + j;
        __m256i low = _mm256_loadu_si256((const __m256i *)at), high = _mm256_slli_epi64(_mm256_loadu_si256((const __m256i *)(at + 1)), 1);
        _mm256_storeu_si256((__m256i *)(out + j), _mm256_or_si256(_mm256_srl_epi64(low, right), _mm256_sll_epi64(high, left)));
    }
}

static void unit_lookup_256(uint64_t *out, const uint8_t *e, const uint64_t *d, const uint8_t *table, int64_t planes, int32_t m, int64_t n)
{
    if (m < 8) {
        unit_lookup_avx2(out, e, d, table, planes, m, n);
        return;
    }
    int64_t words = (int64_t)1 << (m - 6), plane_words = bit_words(n);
    uint64_t mask = (UINT64_C(1) << m) - 1, zeros[64] = {0};
    for (int64_t i0 = 0; i0 < n; i0 += 64) {
        uint64_t turned[64 * 64]; /* of 64 elements */
        int64_t count = n - i0 < 64 ? n - i0 : 64;
        for (int64_t i = 0; i < count; i++)
            turn_256(turned + i * words, e + (i0 + i) * words * 8, d[i0 + i] & mask, words);
        for (int64_t p0 = 0; p0 < planes; p0 += 8) {
            const uint8_t *rows[8];
            uint8_t parities[64] = {0};
            for (int64_t p = 0; p < 8; p++)
                rows[p] = p0 + p < planes ? table + (p0 + p) * words * 8 : (const uint8_t *)zeros;
            for (int64_t i = 0; i < count; i++) {
                __m256i r[8];
                for (int p = 0; p < 8; p++)
                    r[p] = _mm256_setzero_si256();
                for (int64_t j = 0; j < words; j += 4) {
                    __m256i v = _mm256_loadu_si256((const __m256i *)(turned + i * words + j));
                    for (int p = 0; p < 8; p++)
                        r[p] = _mm256_xor_si256(r[p], _mm256_and_si256(v, _mm256_loadu_si256((const __m256i *)(rows[p] + 8 * j))));
                }
                parities[i] = (uint8_t)(parity4(fold4(r[0], r[1], r[2], r[3])) | (parity4(fold4(r[4], r[5], r[6], r[7])) << 4));
            }
            __m256i low = _mm256_loadu_si256((const __m256i *)parities), high = _mm256_loadu_si256((const __m256i *)(parities + 32));
            for (int p = 7; p >= 0; p--, low = _mm256_add_epi8(low, low), high = _mm256_add_epi8(high, high))
                if (p0 + p < planes)
                    out[(p0 + p) * plane_words + i0 / 64] =
                        (uint32_t)_mm256_movemask_epi8(low) | ((uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32);
        }
    }
}

/* Vectors of one or two words. */
static void unit_parities_256(uint8_t *inout, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n)
{
    if (m != 6 && m != 7) {
        unit_parities_avx2(inout, e, d, groups, m, n);
        return;
    }
    int64_t words = m - 5;
    __m128i sums[8][16]; /* four groups, their bits: groups are public, so they may be addresses */
    for (int q = 0; q < 8; q++)
        for (int s = 0; s < 16; s++)
            sums[q][s] = _mm_setzero_si128();
    for (int64_t i = 0; i < n; i++) {
        uint64_t at = d[i] & 63, low = load_le64(e + 8 * words * i), high = words == 2 ? load_le64(e + 16 * i + 8) : low;
        uint64_t apart = (low ^ high) & (0 - ((d[i] >> 6) & 1)); /* half a turn */
        low ^= apart, high ^= apart;
        uint64_t v0 = (low << at) | ((high >> 1) >> (63 - at)), v1 = (high << at) | ((low >> 1) >> (63 - at));
        __m128i v = _mm_set_epi64x((int64_t)v1, (int64_t)v0);
        for (int q = 0; q < 8; q++) {
            __m128i *sum = &sums[q][(groups[i] >> (4 * q)) & 15];
            *sum = _mm_xor_si128(*sum, v);
        }
    }
    for (int g = 0; g < 32; g++) {
        __m128i sum = _mm_setzero_si128();
        for (int s = 0; s < 16; s++)
            if ((s >> (g % 4)) & 1)
                sum = _mm_xor_si128(sum, sums[g / 4][s]);
        uint8_t *to = inout + g * 8 * words;
        store_le64(to, load_le64(to) ^ (uint64_t)_mm_cvtsi128_si64(sum));
        if (words == 2)
            store_le64(to + 8, load_le64(to + 8) ^ (uint64_t)_mm_extract_epi64(sum, 1));
    }
}

void mpcache_fill_units_avx2(kernel_table *t)
{
    t->unit_xor = unit_xor_avx2;
    t->unit_lookup = unit_lookup_256;
    t->unit_parities = unit_parities_256;
    t->digits_compare = digits_compare_256;
}
