/*
 * The wire with AVX2: four words at a time, two in each half of a register, by a byte shuffle. Stores and loads of 16 bytes go past what
 * belongs to their two words as long as they stay inside the buffer; the last few elements are generic/wire.h's.
 */
#define ISA avx2
#include <immintrin.h>

#include "../kernels.h"
#include "../wire_shuffles.h"
#define BY_HAND
#include "../generic/wire.h"

/* The elements of which groups of four can be moved by halves of 16 bytes without leaving n elements of `bytes` bytes. */
static int64_t whole_fours(int32_t bytes, int64_t n)
{
    int64_t last = n - 2 - (16 + bytes - 1) / bytes; /* where the second half of the last group may begin at most */
    return bytes == 8 || last < 0 ? 0 : (last / 4 + 1) * 4;
}

static void pack_256(uint8_t *out, const uint64_t *in, int32_t bytes, int64_t n)
{
    int64_t i = 0, whole = whole_fours(bytes, n);
    __m256i shuffle = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)to_low_bytes[bytes & 7]));
    for (; i < whole; i += 4) {
        __m256i packed = _mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)(in + i)), shuffle);
        _mm_storeu_si128((__m128i *)(out + i * bytes), _mm256_castsi256_si128(packed));
        _mm_storeu_si128((__m128i *)(out + (i + 2) * bytes), _mm256_extracti128_si256(packed, 1));
    }
    pack_avx2(out + i * bytes, in + i, bytes, n - i);
}

static inline void unpack_any_256(uint64_t *words, const uint8_t *in, int32_t bytes, int64_t n, int accumulate)
{
    int64_t i = 0, whole = whole_fours(bytes, n);
    __m256i shuffle = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)to_words[bytes & 7]));
    for (; i < whole; i += 4) {
        __m256i *to = (__m256i *)(words + i);
        __m256i packed = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(in + i * bytes)));
        packed = _mm256_inserti128_si256(packed, _mm_loadu_si128((const __m128i *)(in + (i + 2) * bytes)), 1);
        __m256i found = _mm256_shuffle_epi8(packed, shuffle);
        _mm256_storeu_si256(to, accumulate ? _mm256_add_epi64(_mm256_loadu_si256(to), found) : found);
    }
    unpack_any_avx2(words + i, in + i * bytes, bytes, n - i, accumulate);
}

static void unpack_256(uint64_t *out, const uint8_t *in, int32_t bytes, int64_t n) { unpack_any_256(out, in, bytes, n, 0); }
static void unpack_add_256(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n) { unpack_any_256(inout, in, bytes, n, 1); }

void mpcache_fill_wire_avx2(kernel_table *t)
{
    t->pack = pack_256;
    t->unpack = unpack_256;
    t->unpack_add = unpack_add_256;
}
