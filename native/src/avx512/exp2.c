/* Kernels of generic/exp2.h with AVX-512, by the compiler. Tails: the compiler's own. */
#define ISA avx512
#include "../kernels.h"
#include "../generic/exp2.h"
