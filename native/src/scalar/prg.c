/*
 * AES-128 in counter mode, portable and without tables: the S-box is computed (inversion in GF(2^8) as x^254, then the affine map) on
 * eight bytes at a time in one word. Slow, and meant for machines without AES instructions only.
 */
#define ISA scalar
#include "../kernels.h"

#define LOW7 UINT64_C(0x7f7f7f7f7f7f7f7f)
#define ONES UINT64_C(0x0101010101010101)

static uint64_t double8(uint64_t x) { return ((x & LOW7) << 1) ^ (((x >> 7) & ONES) * 0x1b); }

static uint64_t multiply8(uint64_t a, uint64_t b)
{
    uint64_t sum = 0;
    for (int i = 0; i < 8; i++) {
        sum ^= a & (((b >> i) & ONES) * 0xff);
        a = double8(a);
    }
    return sum;
}

static uint64_t rotate_left8(uint64_t x, int k)
{
    uint64_t high = ONES * (uint64_t)((0xff << k) & 0xff), low = ONES * (uint64_t)(0xff >> (8 - k));
    return ((x << k) & high) | ((x >> (8 - k)) & low);
}

static uint64_t substitute8(uint64_t x)
{
    uint64_t x2 = multiply8(x, x), x3 = multiply8(x2, x), x6 = multiply8(x3, x3), x12 = multiply8(x6, x6), x15 = multiply8(x12, x3);
    uint64_t x30 = multiply8(x15, x15), x60 = multiply8(x30, x30), x120 = multiply8(x60, x60), x240 = multiply8(x120, x120);
    uint64_t inverse = multiply8(x240, multiply8(x12, x2)); /* x^254 */
    return inverse ^ rotate_left8(inverse, 1) ^ rotate_left8(inverse, 2) ^ rotate_left8(inverse, 3) ^ rotate_left8(inverse, 4)
        ^ (ONES * 0x63);
}

void mpcache_expand_key(mpcache_aes128 *schedule, const uint8_t *key)
{
    uint8_t *w = schedule->round_keys, round_constant = 1;
    memcpy(w, key, 16);
    for (int i = 16; i < 176; i += 4) {
        uint8_t t[8] = {w[i - 4], w[i - 3], w[i - 2], w[i - 1]};
        if (i % 16 == 0) {
            uint8_t rotated[8] = {t[1], t[2], t[3], t[0]};
            store_le64(t, substitute8(load_le64(rotated)));
            t[0] ^= round_constant;
            round_constant = (uint8_t)double8(round_constant);
        }
        for (int j = 0; j < 4; j++)
            w[i + j] = w[i + j - 16] ^ t[j];
    }
}

/* Columns of four bytes: 2 b0 + 3 b1 + b2 + b3 and its rotations. */
static uint64_t mix_columns(uint64_t x)
{
    const uint64_t half = UINT64_C(0xffffffff);
    uint64_t a = x & half, b = x >> 32, sum = 0;
    for (int i = 0; i < 2; i++) {
        uint64_t c = i == 0 ? a : b, next = ((c >> 8) | (c << 24)) & half, pair = c ^ next;
        uint64_t all = (pair ^ ((pair >> 16) | (pair << 16))) & half;
        uint64_t mixed = (c ^ all ^ double8(pair)) & half;
        sum |= mixed << (32 * i);
    }
    return sum;
}

static void encrypt(const mpcache_aes128 *schedule, uint64_t block[2])
{
    const uint8_t *keys = schedule->round_keys;
    block[0] ^= load_le64(keys);
    block[1] ^= load_le64(keys + 8);
    for (int round = 1; round <= 10; round++) {
        uint8_t from[16], to[16];
        store_le64(from, substitute8(block[0]));
        store_le64(from + 8, substitute8(block[1]));
        for (int c = 0; c < 4; c++)
            for (int r = 0; r < 4; r++)
                to[4 * c + r] = from[4 * ((c + r) & 3) + r];
        block[0] = load_le64(to);
        block[1] = load_le64(to + 8);
        if (round < 10) {
            block[0] = mix_columns(block[0]);
            block[1] = mix_columns(block[1]);
        }
        block[0] ^= load_le64(keys + 16 * round);
        block[1] ^= load_le64(keys + 16 * round + 8);
    }
}

static void prg(const mpcache_aes128 *schedule, uint64_t nonce, uint64_t first_block, uint64_t *inout, int64_t n, int mode)
{
    for (int64_t i = 0; i < n; i += 2) {
        uint64_t block[2] = {nonce, first_block + (uint64_t)(i / 2)};
        encrypt(schedule, block);
        for (int64_t j = i; j < n && j < i + 2; j++)
            inout[j] = mode == PRG_FILL ? block[j - i] : mode == PRG_ADD ? inout[j] + block[j - i]
                : mode == PRG_SUB ? inout[j] - block[j - i] : inout[j] ^ block[j - i];
    }
}

#include "../generic/prg.h"
