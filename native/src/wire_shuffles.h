/* Byte shuffles within 16 bytes, by width b: the low b bytes of two words side by side, and back. A table's row 0 is not used. */
#ifndef MPCACHE_WIRE_SHUFFLES_H
#define MPCACHE_WIRE_SHUFFLES_H

#include <stdint.h>

#define SIXTEEN(F, b) {F(b, 0), F(b, 1), F(b, 2), F(b, 3), F(b, 4), F(b, 5), F(b, 6), F(b, 7), \
                       F(b, 8), F(b, 9), F(b, 10), F(b, 11), F(b, 12), F(b, 13), F(b, 14), F(b, 15)}
#define EIGHT_WIDTHS(F) {{0}, SIXTEEN(F, 1), SIXTEEN(F, 2), SIXTEEN(F, 3), SIXTEEN(F, 4), SIXTEEN(F, 5), SIXTEEN(F, 6), SIXTEEN(F, 7)}
#define TO_LOW_BYTES(b, t) ((t) < 2 * (b) ? (t) / (b) * 8 + (t) % (b) : 0x80)
#define TO_WORDS(b, t) ((t) % 8 < (b) ? (t) / 8 * (b) + (t) % 8 : 0x80)

static const uint8_t to_low_bytes[8][16] = EIGHT_WIDTHS(TO_LOW_BYTES);
static const uint8_t to_words[8][16] = EIGHT_WIDTHS(TO_WORDS);

#endif
