/*
 * AES-128 in counter mode with VAES: four blocks a register, eight registers in flight. Tail: a block buffer. The key schedule is the
 * portable one's.
 */
#define ISA avx512
#include <immintrin.h>

#include "../kernels.h"

enum { FLIGHT = 8, BLOCKS = 4 * FLIGHT };

static inline void blocks(const __m512i keys[11], uint64_t nonce, uint64_t counter, __m512i out[FLIGHT])
{
    for (int i = 0; i < FLIGHT; i++) {
        int64_t c = (int64_t)(counter + 4 * (uint64_t)i), v = (int64_t)nonce;
        out[i] = _mm512_xor_si512(_mm512_set_epi64(c + 3, v, c + 2, v, c + 1, v, c, v), keys[0]);
    }
    for (int r = 1; r < 10; r++)
        for (int i = 0; i < FLIGHT; i++)
            out[i] = _mm512_aesenc_epi128(out[i], keys[r]);
    for (int i = 0; i < FLIGHT; i++)
        out[i] = _mm512_aesenclast_epi128(out[i], keys[10]);
}

static inline __m512i combine(__m512i old, __m512i stream, int mode)
{
    return mode == PRG_FILL ? stream : mode == PRG_ADD ? _mm512_add_epi64(old, stream)
        : mode == PRG_SUB ? _mm512_sub_epi64(old, stream) : _mm512_xor_si512(old, stream);
}

static void prg(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *inout, int64_t n, int mode)
{
    __m512i keys[11], stream[FLIGHT];
    for (int r = 0; r < 11; r++)
        keys[r] = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(schedule->round_keys + 16 * r)));
    int64_t i = 0;
    for (; i + 2 * BLOCKS <= n; i += 2 * BLOCKS, first_block += BLOCKS) {
        blocks(keys, nonce, first_block, stream);
        for (int b = 0; b < FLIGHT; b++) {
            uint64_t *to = inout + i + 8 * b;
            _mm512_storeu_si512(to, combine(mode == PRG_FILL ? stream[b] : _mm512_loadu_si512(to), stream[b], mode));
        }
    }
    if (i < n) {
        uint64_t rest[2 * BLOCKS] = {0};
        memcpy(rest, inout + i, (size_t)(n - i) * 8);
        blocks(keys, nonce, first_block, stream);
        for (int b = 0; b < FLIGHT; b++)
            _mm512_storeu_si512(rest + 8 * b, combine(_mm512_loadu_si512(rest + 8 * b), stream[b], mode));
        memcpy(inout + i, rest, (size_t)(n - i) * 8);
    }
}

#include "../generic/prg.h"
