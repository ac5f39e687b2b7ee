/* Kernels of generic/ring.h with AVX2, by the compiler. Tails: the compiler's own. */
#define ISA avx2
#include "../kernels.h"
#include "../generic/ring.h"
