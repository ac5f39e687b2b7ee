/* Kernels of generic/bits.h with AVX-512, by the compiler. Tails: the compiler's own. */
#define ISA avx512
#include "../kernels.h"
#include "../generic/bits.h"
