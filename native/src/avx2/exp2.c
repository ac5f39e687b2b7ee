/*
 * The exponential with AVX2, which converts no 64-bit integers: below 2^52 an integer is the low bits of its double plus 2^52. The
 * operations and their order are generic/exp2.h's, and so are the last few elements.
 */
#define ISA avx2
#include <immintrin.h>

#include "../kernels.h"
#define BY_HAND
#include "../generic/exp2.h"

static void exp2_neg_256(uint64_t *out, const uint64_t *t, int32_t frac_bits, int32_t out_bits, int64_t n)
{
    const __m256i mask = _mm256_set1_epi64x((INT64_C(1) << frac_bits) - 1), top = _mm256_set1_epi64x(out_bits);
    const __m256d two52 = _mm256_set1_pd(4503599627370496.0), scale = _mm256_set1_pd(1.0 / (double)(INT64_C(1) << frac_bits));
    const __m128i shift = _mm_cvtsi32_si128(frac_bits);
    int64_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m256i word = _mm256_loadu_si256((const __m256i *)(t + i)), fraction = _mm256_and_si256(word, mask);
        __m256d f = _mm256_mul_pd(_mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(fraction, _mm256_castpd_si256(two52))), two52), scale);
        __m256d y = _mm256_set1_pd(exp2_terms_avx2[13]);
        for (int k = 12; k >= 0; k--)
            y = _mm256_add_pd(_mm256_mul_pd(y, f), _mm256_set1_pd(exp2_terms_avx2[k]));
        __m256i exponent = _mm256_slli_epi64(_mm256_sub_epi64(top, _mm256_srl_epi64(word, shift)), 52);
        y = _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(y), exponent));
        y = _mm256_add_pd(_mm256_floor_pd(_mm256_add_pd(y, _mm256_set1_pd(0.5))), two52);
        _mm256_storeu_si256((__m256i *)(out + i), _mm256_xor_si256(_mm256_castpd_si256(y), _mm256_castpd_si256(two52)));
    }
    exp2_neg_avx2(out + i, t + i, frac_bits, out_bits, n - i);
}

void mpcache_fill_exp2_avx2(kernel_table *t) { t->exp2_neg = exp2_neg_256; }
