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

typedef struct kernel_table {
    void (*aes_expand)(mpcache_aes128 *, const uint8_t *);
    /* mode: 0 store, 1 add, 2 subtract, 3 exclusive or */
    void (*prg)(const mpcache_aes128 *, uint64_t, uint64_t, uint64_t *, int64_t, int);
    void (*add)(uint64_t *, const uint64_t *, const uint64_t *, int64_t);
    void (*sub)(uint64_t *, const uint64_t *, const uint64_t *, int64_t);
    void (*mul)(uint64_t *, const uint64_t *, const uint64_t *, int64_t);
    void (*mul_add)(uint64_t *, const uint64_t *, const uint64_t *, int64_t);
    void (*scale_add)(uint64_t *, const uint64_t *, uint64_t, int64_t);
    void (*beaver)(uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, uint64_t, int64_t);
    void (*shift)(uint64_t *, const uint64_t *, uint64_t, int32_t, int32_t, int64_t);
    void (*pack)(uint8_t *, const uint64_t *, int32_t, int64_t);
    void (*unpack)(uint64_t *, const uint8_t *, int32_t, int64_t, int);
    void (*gemm_nt_u64_i16)(uint64_t *, int64_t, const uint64_t *, int64_t, const int16_t *, int64_t, int64_t, int64_t, int64_t, int32_t);
    void (*gemm_nt_u64)(uint64_t *, int64_t, const uint64_t *, int64_t, const uint64_t *, int64_t, int64_t, int64_t, int64_t, int32_t);
    void (*gemm_nn_u64)(uint64_t *, int64_t, const uint64_t *, int64_t, const uint64_t *, int64_t, int64_t, int64_t, int64_t, int32_t);
    void (*gemm_nt_u32_i16)(uint32_t *, int64_t, const uint32_t *, int64_t, const int16_t *, int64_t, int64_t, int64_t, int64_t, int32_t);
    void (*gemm_nn_u16)(uint16_t *, int64_t, const uint16_t *, int64_t, const uint16_t *, int64_t, int64_t, int64_t, int64_t, int32_t);
    void (*extract_bit)(uint64_t *, const uint64_t *, int32_t, int64_t);
    void (*expand_bits)(uint64_t *, const uint64_t *, int64_t);
    void (*transpose_bits)(uint64_t *, const uint64_t *, int64_t, int64_t);
    void (*permute_rows)(uint64_t *, const uint64_t *, const uint32_t *, int64_t, int64_t);
    void (*widen_finish)(uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, int32_t, int32_t, int64_t);
    void (*bit_to_word)(uint64_t *, const uint64_t *, const uint64_t *, uint64_t, uint64_t, int64_t);
    void (*bit_times)(uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, uint64_t, int64_t);
    void (*bit_times_scaled)(uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, const uint64_t *, int32_t, int64_t);
    void (*unit_xor)(uint8_t *, const uint64_t *, int32_t, int64_t);
    void (*unit_lookup)(uint64_t *, const uint8_t *, const uint64_t *, const uint8_t *, int32_t, int32_t, int64_t);
    void (*unit_parities)(uint8_t *, const uint8_t *, const uint64_t *, const uint32_t *, int32_t, int64_t);
    void (*digits_compare)(uint64_t *, uint64_t *, const uint8_t *, const uint64_t *, int32_t, int32_t, int64_t);
    void (*and_masks)(uint64_t *, const uint64_t *, int32_t, int64_t);
    void (*and_finish)(uint64_t *, const uint64_t *, const uint64_t *, int32_t, int32_t, int64_t);
    void (*chain_masks)(uint64_t *, const uint64_t *, int32_t, int64_t);
    void (*chain_finish)(uint64_t *, const uint64_t *, const uint64_t *, int32_t, int32_t, int64_t);
    void (*exp2_neg)(uint64_t *, const uint64_t *, int32_t, int32_t, int64_t);
} kernel_table;

/* Each set fills its own slots; what it leaves alone stays as the set below it left it. */
void mpcache_fill_scalar(kernel_table *table);
void mpcache_fill_avx2(kernel_table *table);
void mpcache_fill_avx512(kernel_table *table);

void mpcache_fill_elementwise_scalar(kernel_table *), mpcache_fill_elementwise_avx2(kernel_table *), mpcache_fill_elementwise_avx512(kernel_table *);
void mpcache_fill_wire_scalar(kernel_table *), mpcache_fill_wire_avx2(kernel_table *), mpcache_fill_wire_avx512(kernel_table *);
void mpcache_fill_gemm_scalar(kernel_table *), mpcache_fill_gemm_avx2(kernel_table *), mpcache_fill_gemm_avx512(kernel_table *);
void mpcache_fill_bits_scalar(kernel_table *), mpcache_fill_bits_avx2(kernel_table *), mpcache_fill_bits_avx512(kernel_table *);
void mpcache_fill_unit_scalar(kernel_table *), mpcache_fill_unit_avx2(kernel_table *), mpcache_fill_unit_avx512(kernel_table *);
void mpcache_fill_products_scalar(kernel_table *), mpcache_fill_products_avx2(kernel_table *), mpcache_fill_products_avx512(kernel_table *);
void mpcache_fill_exp2_scalar(kernel_table *), mpcache_fill_exp2_avx2(kernel_table *), mpcache_fill_exp2_avx512(kernel_table *);
void mpcache_fill_aes_scalar(kernel_table *), mpcache_fill_aes_avx2(kernel_table *), mpcache_fill_aes_avx512(kernel_table *);

/* 1 where this processor and operating system can run the set (enum mpcache_isa). */
int mpcache_cpu_has(int32_t isa);

static inline uint64_t ring_mask(int32_t bits) { return bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1; }
static inline int64_t bit_words(int64_t bits) { return (bits + 63) / 64; }
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
