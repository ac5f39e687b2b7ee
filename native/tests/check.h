/* What the C tests share: a counter of failures, random words, buffers. */
#ifndef MPCACHE_CHECK_H
#define MPCACHE_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mpcache.h"

static int failures;

#define CHECK(condition, ...)                                     \
    do {                                                          \
        if (!(condition)) {                                       \
            failures++;                                           \
            fprintf(stderr, "%s:%d: ", __FILE__, __LINE__);       \
            fprintf(stderr, __VA_ARGS__);                         \
            fputc('\n', stderr);                                  \
        }                                                         \
    } while (0)

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t random_word(void)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* n random bytes in memory of exactly that size, so that the sanitizer sees every byte too far. The edges of the ring come up often. */
static void *random_bytes(size_t n)
{
    uint8_t *p = malloc(n ? n : 1);
    for (size_t i = 0; i < n; i += 8) {
        uint64_t w = random_word(), kind = random_word() % 8;
        w = kind == 0 ? 0 : kind == 1 ? UINT64_MAX : kind == 2 ? UINT64_C(1) << 63 : w;
        memcpy(p + i, &w, n - i < 8 ? n - i : 8);
    }
    return p;
}

#endif
