/*
 * The wire with AVX-512 F, BW: eight words at a time. A byte shuffle puts the low bytes of two words side by side in each quarter of a
 * register, and since two words have an even number of bytes, a permutation of 16-bit pieces closes the gaps between quarters. Stores and
 * loads of 64 bytes go past what belongs to their words as long as they stay inside the buffer; the last few elements are generic/wire.h's.
 */
#define ISA avx512
#include <immintrin.h>

#include "../kernels.h"
#include "../wire_shuffles.h"
#define BY_HAND
#include "../generic/wire.h"

#define THIRTY_TWO(F, b) {F(b, 0), F(b, 1), F(b, 2), F(b, 3), F(b, 4), F(b, 5), F(b, 6), F(b, 7), \
                          F(b, 8), F(b, 9), F(b, 10), F(b, 11), F(b, 12), F(b, 13), F(b, 14), F(b, 15), \
                          F(b, 16), F(b, 17), F(b, 18), F(b, 19), F(b, 20), F(b, 21), F(b, 22), F(b, 23), \
                          F(b, 24), F(b, 25), F(b, 26), F(b, 27), F(b, 28), F(b, 29), F(b, 30), F(b, 31)}
#define ALL_WIDTHS(F) {{0}, THIRTY_TWO(F, 1), THIRTY_TWO(F, 2), THIRTY_TWO(F, 3), THIRTY_TWO(F, 4), \
                       THIRTY_TWO(F, 5), THIRTY_TWO(F, 6), THIRTY_TWO(F, 7)}
/* Piece t of the packed bytes, among the quarters' pieces; and the other way. */
#define CLOSE_GAPS(b, t) ((t) < 4 * (b) ? (t) / (b) * 8 + (t) % (b) : 0)
#define OPEN_GAPS(b, t) ((t) / 8 * (b) + (t) % 8)

static const uint16_t close_gaps[8][32] = ALL_WIDTHS(CLOSE_GAPS);
static const uint16_t open_gaps[8][32] = ALL_WIDTHS(OPEN_GAPS);

/* The elements of which groups of eight can be moved by 64 bytes without leaving n elements of `bytes` bytes. */
static int64_t whole_eights(int32_t bytes, int64_t n)
{
    int64_t last = n - (64 + bytes - 1) / bytes;
    return bytes == 8 || last < 0 ? 0 : (last / 8 + 1) * 8;
}

static void pack_512(uint8_t *out, const uint64_t *in, int32_t bytes, int64_t n)
{
    int64_t i = 0, whole = whole_eights(bytes, n);
    __m512i shuffle = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)to_low_bytes[bytes & 7]));
    __m512i order = _mm512_loadu_si512(close_gaps[bytes & 7]);
    for (; i < whole; i += 8)
        _mm512_storeu_si512(out + i * bytes, _mm512_permutexvar_epi16(order, _mm512_shuffle_epi8(_mm512_loadu_si512(in + i), shuffle)));
    pack_avx512(out + i * bytes, in + i, bytes, n - i);
}

static inline void unpack_any_512(uint64_t *words, const uint8_t *in, int32_t bytes, int64_t n, int accumulate)
{
    int64_t i = 0, whole = whole_eights(bytes, n);
    __m512i shuffle = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)to_words[bytes & 7]));
    __m512i order = _mm512_loadu_si512(open_gaps[bytes & 7]);
    for (; i < whole; i += 8) {
        __m512i found = _mm512_shuffle_epi8(_mm512_permutexvar_epi16(order, _mm512_loadu_si512(in + i * bytes)), shuffle);
        _mm512_storeu_si512(words + i, accumulate ? _mm512_add_epi64(_mm512_loadu_si512(words + i), found) : found);
    }
    unpack_any_avx512(words + i, in + i * bytes, bytes, n - i, accumulate);
}

static void unpack_512(uint64_t *out, const uint8_t *in, int32_t bytes, int64_t n) { unpack_any_512(out, in, bytes, n, 0); }
static void unpack_add_512(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n) { unpack_any_512(inout, in, bytes, n, 1); }

void mpcache_fill_wire_avx512(kernel_table *t)
{
    t->pack = pack_512;
    t->unpack = unpack_512;
    t->unpack_add = unpack_add_512;
}
