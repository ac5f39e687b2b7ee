/* All of CPUID and XCR0. AVX-512 needs every subset that its files use, and an operating system that saves the ZMM registers. */
#include <cpuid.h>

#include "kernels.h"

static uint64_t saved_state(void)
{
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

int mpcache_cpu_has(int32_t isa)
{
    uint32_t a, b, c, d, b7, c7, d7;
    if (isa == MPCACHE_ISA_SCALAR)
        return 1;
    if (!__get_cpuid(1, &a, &b, &c, &d))
        return 0;
    int aes = (c >> 25) & 1, osxsave = (c >> 27) & 1, avx = (c >> 28) & 1;
    if (!osxsave || !avx || !aes || !__get_cpuid_count(7, 0, &a, &b7, &c7, &d7))
        return 0;
    uint64_t state = saved_state();
    int avx2 = ((b7 >> 5) & 1) && (state & 0x6) == 0x6;
    if (isa == MPCACHE_ISA_AVX2)
        return avx2;
    if (isa == MPCACHE_ISA_AVX512) {
        int f = (b7 >> 16) & 1, dq = (b7 >> 17) & 1, bw = (b7 >> 30) & 1, vl = (b7 >> 31) & 1, vaes = (c7 >> 9) & 1;
        return avx2 && f && dq && bw && vl && vaes && (state & 0xe6) == 0xe6;
    }
    return 0;
}
