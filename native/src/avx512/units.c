/*
 * Unit vectors, AVX-512 F, BW, DQ, VL. Look-ups: a vector is turned once and then meets every plane; eight planes' parities become a byte,
 * and the bytes of 64 elements planes. Parities over groups: masked exclusive ors, eight groups at a time. Comparisons of digits of four
 * bits: 32 elements at a time, transposed so that a register holds one digit's vectors of all 32.
 */
#define ISA avx512
#include <immintrin.h>

#define BY_HAND
#include "../kernels.h"
#include "../generic/units.h"

/* XOR of the eight words of each of eight vectors: word i of the result belongs to vector i. */
static inline __m512i fold8(const __m512i r[8])
{
    __m512i a[4], b[2];
    for (int i = 0; i < 4; i++)
        a[i] = _mm512_xor_si512(_mm512_unpacklo_epi64(r[2 * i], r[2 * i + 1]), _mm512_unpackhi_epi64(r[2 * i], r[2 * i + 1]));
    for (int i = 0; i < 2; i++)
        b[i] = _mm512_xor_si512(_mm512_shuffle_i64x2(a[2 * i], a[2 * i + 1], 0x88), _mm512_shuffle_i64x2(a[2 * i], a[2 * i + 1], 0xdd));
    /* b[i]: 128-bit lanes are (a0 lane 0^1, a0 lane 2^3, a1 .., a1 ..) */
    return _mm512_xor_si512(_mm512_shuffle_i64x2(b[0], b[1], 0x88), _mm512_shuffle_i64x2(b[0], b[1], 0xdd));
}

static inline __mmask8 parity8(__m512i x)
{
    x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 32));
    x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 16));
    x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 8));
    x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 4));
    x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 2));
    x = _mm512_xor_si512(x, _mm512_srli_epi64(x, 1));
    return _mm512_test_epi64_mask(x, _mm512_set1_epi64(1));
}

/* A vector of `words` words (4, or a multiple of 8) turned by d: out[v] = e[v - d]. */
static inline void turn_512(uint64_t *out, const uint8_t *e, uint64_t d, int64_t words, __mmask8 lanes)
{
    uint64_t doubled[2 * 64 + 8], size = (uint64_t)words * 64, from = (size - d) & (size - 1);
    memcpy(doubled, e, (size_t)words * 8);
    memcpy(doubled + words, e, (size_t)words * 8);
    doubled[2 * words] = doubled[0];
    __m512i right = _mm512_set1_epi64((int64_t)(from & 63)), left = _mm512_set1_epi64((int64_t)(63 - (from & 63)));
    for (int64_t j = 0; j < words; j += 8) {
        const uint64_t *at = doubled + (from >> 6) + j;
        __m512i low = _mm512_maskz_loadu_epi64(lanes, at), high = _mm512_slli_epi64(_mm512_maskz_loadu_epi64(lanes, at + 1), 1);
        _mm512_mask_storeu_epi64(out + j, lanes, _mm512_or_si512(_mm512_srlv_epi64(low, right), _mm512_sllv_epi64(high, left)));
    }
}

static void unit_lookup_512(uint64_t *out, const uint8_t *e, const uint64_t *d, const uint8_t *table, int64_t planes, int32_t m, int64_t n)
{
    if (m < 8) {
        unit_lookup_avx512(out, e, d, table, planes, m, n);
        return;
    }
    int64_t words = (int64_t)1 << (m - 6), plane_words = bit_words(n);
    uint64_t mask = (UINT64_C(1) << m) - 1, zeros[64] = {0};
    __mmask8 lanes = words < 8 ? 0x0f : 0xff;
    for (int64_t i0 = 0; i0 < n; i0 += 64) {
        uint64_t turned[64 * 64]; /* of 64 elements */
        int64_t count = n - i0 < 64 ? n - i0 : 64;
        for (int64_t i = 0; i < count; i++)
            turn_512(turned + i * words, e + (i0 + i) * words * 8, d[i0 + i] & mask, words, lanes);
        for (int64_t p0 = 0; p0 < planes; p0 += 8) {
            const uint8_t *rows[8];
            uint8_t parities[64] = {0};
            for (int64_t p = 0; p < 8; p++)
                rows[p] = p0 + p < planes ? table + (p0 + p) * words * 8 : (const uint8_t *)zeros;
            for (int64_t i = 0; i < count; i++) {
                __m512i r[8];
                for (int p = 0; p < 8; p++)
                    r[p] = _mm512_setzero_si512();
                for (int64_t j = 0; j < words; j += 8) {
                    __m512i v = _mm512_maskz_loadu_epi64(lanes, turned + i * words + j);
                    for (int p = 0; p < 8; p++) /* r ^ (v & row) */
                        r[p] = _mm512_ternarylogic_epi64(r[p], v, _mm512_maskz_loadu_epi64(lanes, rows[p] + 8 * j), 0x78);
                }
                parities[i] = (uint8_t)parity8(fold8(r));
            }
            __m512i bytes = _mm512_loadu_si512(parities);
            for (int p = 0; p < 8 && p0 + p < planes; p++)
                out[(p0 + p) * plane_words + i0 / 64] = _mm512_test_epi8_mask(bytes, _mm512_set1_epi8((char)(1 << p)));
        }
    }
}

static void unit_parities_512(uint8_t *inout, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n)
{
    if (m != 6 && m != 7) {
        unit_parities_avx512(inout, e, d, groups, m, n);
        return;
    }
    int words = m == 7 ? 2 : 1;
    __m512i s[2][4];
    for (int j = 0; j < 2; j++)
        for (int g = 0; g < 4; g++)
            s[j][g] = _mm512_setzero_si512();
    for (int64_t i = 0; i < n; i++) {
        uint64_t v[2], low = load_le64(e + 8 * words * i), high = words == 2 ? load_le64(e + 16 * i + 8) : 0;
        if (words == 1) {
            uint64_t at = d[i] & 63;
            v[0] = (low << at) | ((low >> 1) >> (63 - at));
            v[1] = 0;
        } else {
            uint64_t at = d[i] & 63, swap = 0 - ((d[i] >> 6) & 1), apart = (low ^ high) & swap;
            low ^= apart;
            high ^= apart;
            v[0] = (low << at) | ((high >> 1) >> (63 - at));
            v[1] = (high << at) | ((low >> 1) >> (63 - at));
        }
        uint32_t group = groups[i];
        for (int j = 0; j < words; j++) {
            __m512i value = _mm512_set1_epi64((int64_t)v[j]);
            for (int g = 0; g < 4; g++)
                s[j][g] = _mm512_mask_xor_epi64(s[j][g], (__mmask8)(group >> (8 * g)), s[j][g], value);
        }
    }
    for (int j = 0; j < words; j++)
        for (int g = 0; g < 4; g++) {
            uint64_t sums[8];
            _mm512_storeu_si512(sums, s[j][g]);
            for (int t = 0; t < 8; t++) {
                uint8_t *to = inout + (8 * g + t) * 8 * words + 8 * j;
                store_le64(to, load_le64(to) ^ sums[t]);
            }
        }
}

enum { LANES = 32 };

/* Column c of 32 rows of `stride` bytes, which have 16 bytes of columns each, becomes out[c]; eight rows to a quarter. */
static inline void transpose_32x8(__m512i out[8], const uint8_t *rows, int64_t stride)
{
    __m512i r[8], s[8];
    for (int i = 0; i < 8; i++) {
        const uint8_t *at = rows + i * stride;
        r[i] = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)at));
        r[i] = _mm512_inserti32x4(r[i], _mm_loadu_si128((const __m128i *)(at + 8 * stride)), 1);
        r[i] = _mm512_inserti32x4(r[i], _mm_loadu_si128((const __m128i *)(at + 16 * stride)), 2);
        r[i] = _mm512_inserti32x4(r[i], _mm_loadu_si128((const __m128i *)(at + 24 * stride)), 3);
    }
    for (int i = 0; i < 4; i++) {
        s[2 * i] = _mm512_unpacklo_epi16(r[2 * i], r[2 * i + 1]);
        s[2 * i + 1] = _mm512_unpackhi_epi16(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++)
        for (int h = 0; h < 2; h++) {
            r[4 * i + 2 * h] = _mm512_unpacklo_epi32(s[4 * i + h], s[4 * i + 2 + h]);
            r[4 * i + 2 * h + 1] = _mm512_unpackhi_epi32(s[4 * i + h], s[4 * i + 2 + h]);
        }
    for (int c = 0; c < 4; c++) {
        out[2 * c] = _mm512_unpacklo_epi64(r[c], r[4 + c]);
        out[2 * c + 1] = _mm512_unpackhi_epi64(r[c], r[4 + c]);
    }
}

/* 32 elements: rows of e have `stride` bytes and may be read 16 bytes past the last, d 32 words and 8 bytes past. */
static inline void compare_32(uint64_t *gt, uint64_t *eq, int64_t plane_words, const uint8_t *e, const uint64_t *d, int32_t digits,
                              int64_t at, uint32_t valid)
{
    __m512i words[8], columns[8];
    const __m512i one = _mm512_set1_epi16(1), fifteen = _mm512_set1_epi16(15), odd = _mm512_set1_epi16(0x6996); /* bit x: parity of x */
    transpose_32x8(words, (const uint8_t *)d, 8);
    for (int32_t j = 0; j < digits; j++) {
        if (j % 8 == 0)
            transpose_32x8(columns, e + 2 * j, 2 * digits);
        __m512i c = _mm512_andnot_si512(_mm512_srl_epi16(words[j / 4], _mm_cvtsi32_si128(4 * (j % 4))), fifteen);
        __m512i from = _mm512_srlv_epi16(columns[j % 8], c), above = _mm512_srli_epi16(from, 1);
        above = _mm512_xor_si512(above, _mm512_srli_epi16(above, 8));
        above = _mm512_and_si512(_mm512_xor_si512(above, _mm512_srli_epi16(above, 4)), fifteen);
        uint32_t equal = _mm512_test_epi16_mask(from, one) & valid;
        uint32_t greater = _mm512_test_epi16_mask(_mm512_srlv_epi16(odd, above), one) & valid;
        memcpy((uint8_t *)(gt + j * plane_words) + at / 8, &greater, 4);
        memcpy((uint8_t *)(eq + j * plane_words) + at / 8, &equal, 4);
    }
}

/* Digits of four bits, the ones that protocols use; tails go through a padded copy. */
static void digits_compare_512(uint64_t *gt, uint64_t *eq, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m, int64_t n)
{
    if (m != 4) {
        digits_compare_avx512(gt, eq, e, d, digits, m, n);
        return;
    }
    int64_t plane_words = bit_words(n), i = 0;
    if (n % 64 != 0)
        for (int32_t j = 0; j < digits; j++)
            gt[(j + 1) * plane_words - 1] = eq[(j + 1) * plane_words - 1] = 0;
    for (; (i + LANES) * digits * 2 + 16 <= n * digits * 2 && i + LANES < n; i += LANES)
        compare_32(gt, eq, plane_words, e + i * digits * 2, d + i, digits, i, UINT32_MAX);
    for (; i < n; i += LANES) {
        uint8_t rows[LANES * 16 * 2 + 16] = {0};
        uint64_t words[LANES + 1] = {0};
        int64_t left = n - i < LANES ? n - i : LANES;
        memcpy(rows, e + i * digits * 2, (size_t)(left * digits * 2));
        memcpy(words, d + i, (size_t)left * 8);
        compare_32(gt, eq, plane_words, rows, words, digits, i, left == LANES ? UINT32_MAX : (UINT32_C(1) << left) - 1);
    }
}

void mpcache_fill_units_avx512(kernel_table *t)
{
    t->unit_xor = unit_xor_avx512;
    t->unit_lookup = unit_lookup_512;
    t->unit_parities = unit_parities_512;
    t->digits_compare = digits_compare_512;
}
