/* The slots that an instruction set fills, and the name of a set's own functions. */
#ifndef MPCACHE_KERNELS_H
#define MPCACHE_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "mpcache.h"

#define MPCACHE_JOIN2(a, b) a##_##b
#define MPCACHE_JOIN(a, b) MPCACHE_JOIN2(a, b)

/* K(add) is add_scalar, add_avx2 or add_avx512, by the file's ISA. */
#define K(name) MPCACHE_JOIN(name, ISA)

#include "generated/kernel_table.g.h"

/* The kernels in use. */
extern kernel_table mpcache_slots;

/* Each family of each set fills its own slots; all three sets fill all of them. */
#define FAMILIES(DO, isa) \
    DO(bits, isa) DO(exp2, isa) DO(gemm, isa) DO(prg, isa) DO(products, isa) DO(ring, isa) DO(shares, isa) DO(units, isa) DO(wire, isa)
#define DECLARE_FILL(family, isa) void mpcache_fill_##family##_##isa(kernel_table *);
FAMILIES(DECLARE_FILL, scalar)
FAMILIES(DECLARE_FILL, avx2)
FAMILIES(DECLARE_FILL, avx512)

/* What a stream does to the words that it meets. */
enum { PRG_FILL, PRG_ADD, PRG_SUB, PRG_XOR };

/* The key schedule: portable, since it runs once a key. */
void mpcache_expand_key(mpcache_aes128 *schedule, const uint8_t *key);

/* 1 where this processor and operating system can run the set (enum mpcache_isa). */
int mpcache_cpu_has(int32_t isa);

static inline uint64_t ring_mask(int32_t bits) { return bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1; }
static inline int64_t bit_words(int64_t bits) { return MPC_BITS(bits); }
static inline uint64_t bit_at(const uint64_t *bits, int64_t i) { return (bits[i >> 6] >> (i & 63)) & 1; }

static inline uint64_t load_le64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

static inline void store_le64(uint8_t *p, uint64_t v) { memcpy(p, &v, 8); }

static inline uint64_t parity64(uint64_t x)
{
    x ^= x >> 32;
    x ^= x >> 16;
    x ^= x >> 8;
    x ^= x >> 4;
    x ^= x >> 2;
    return (x ^ (x >> 1)) & 1;
}

#endif
