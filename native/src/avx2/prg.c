/* AES-128 in counter mode with AES-NI, eight blocks in flight. Tail: a block buffer. The key schedule is the portable one's. */
#define ISA avx2
#include <immintrin.h>

#include "../kernels.h"

enum { FLIGHT = 8 };

static inline void blocks(const __m128i keys[11], uint64_t nonce, uint64_t counter, __m128i out[FLIGHT])
{
    for (int i = 0; i < FLIGHT; i++)
        out[i] = _mm_xor_si128(_mm_set_epi64x((int64_t)(counter + (uint64_t)i), (int64_t)nonce), keys[0]);
    for (int r = 1; r < 10; r++)
        for (int i = 0; i < FLIGHT; i++)
            out[i] = _mm_aesenc_si128(out[i], keys[r]);
    for (int i = 0; i < FLIGHT; i++)
        out[i] = _mm_aesenclast_si128(out[i], keys[10]);
}

static inline __m128i combine(__m128i old, __m128i stream, int mode)
{
    return mode == PRG_FILL ? stream : mode == PRG_ADD ? _mm_add_epi64(old, stream)
        : mode == PRG_SUB ? _mm_sub_epi64(old, stream) : _mm_xor_si128(old, stream);
}

static void prg(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *inout, int64_t n, int mode)
{
    __m128i keys[11], stream[FLIGHT];
    for (int r = 0; r < 11; r++)
        keys[r] = _mm_loadu_si128((const __m128i *)(schedule->round_keys + 16 * r));
    int64_t i = 0;
    for (; i + 2 * FLIGHT <= n; i += 2 * FLIGHT, first_block += FLIGHT) {
        blocks(keys, nonce, first_block, stream);
        for (int b = 0; b < FLIGHT; b++) {
            __m128i *to = (__m128i *)(inout + i + 2 * b);
            _mm_storeu_si128(to, combine(mode == PRG_FILL ? stream[b] : _mm_loadu_si128(to), stream[b], mode));
        }
    }
    if (i < n) {
        uint64_t rest[2 * FLIGHT] = {0};
        memcpy(rest, inout + i, (size_t)(n - i) * 8);
        blocks(keys, nonce, first_block, stream);
        for (int b = 0; b < FLIGHT; b++) {
            __m128i *to = (__m128i *)(rest + 2 * b);
            _mm_storeu_si128(to, combine(_mm_loadu_si128(to), stream[b], mode));
        }
        memcpy(inout + i, rest, (size_t)(n - i) * 8);
    }
}

#include "../generic/prg.h"
