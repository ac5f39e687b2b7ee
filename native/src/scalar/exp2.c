/* Kernels of generic/exp2.h with portable C. Tails: the compiler's own. */
#define ISA scalar
#include "../kernels.h"
#include "../generic/exp2.h"
