/* The library's own functions: which instruction set is in use, and the key schedule. The kernels' exports are in generated/exports.g.c. */
#include "kernels.h"

kernel_table mpcache_slots;
static int32_t active;

static void choose(int32_t isa)
{
#define FILL(family, set) mpcache_fill_##family##_##set(&mpcache_slots);
    if (isa == MPCACHE_ISA_SCALAR) {
        FAMILIES(FILL, scalar)
    } else if (isa == MPCACHE_ISA_AVX2) {
        FAMILIES(FILL, avx2)
    } else {
        FAMILIES(FILL, avx512)
    }
    active = isa;
}

__attribute__((constructor)) static void choose_best(void)
{
    int32_t isa = MPCACHE_ISA_SCALAR;
    while (isa < MPCACHE_ISA_AVX512 && mpcache_cpu_has(isa + 1))
        isa++;
    choose(isa);
}

uint32_t mpcache_abi_version(void) { return MPCACHE_ABI_VERSION; }
uint32_t mpcache_struct_size(int32_t index) { return index == 0 ? (uint32_t)sizeof(mpcache_aes128) : 0; }
int32_t mpcache_isa_active(void) { return active; }
int32_t mpcache_isa_available(int32_t isa) { return mpcache_cpu_has(isa); }

int32_t mpcache_isa_select(int32_t isa)
{
    if (!mpcache_cpu_has(isa))
        return MPCACHE_UNAVAILABLE;
    choose(isa);
    return MPCACHE_OK;
}

int32_t mpcache_aes128_expand(mpcache_aes128 *schedule, const uint8_t *key16)
{
    if (schedule == NULL || key16 == NULL)
        return MPCACHE_BAD_ARGUMENT;
    mpcache_expand_key(schedule, key16);
    return MPCACHE_OK;
}
