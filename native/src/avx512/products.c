/* Kernels of generic/products.h with AVX-512, by the compiler. Tails: the compiler's own. */
#define ISA avx512
#include "../kernels.h"
#include "../generic/products.h"
