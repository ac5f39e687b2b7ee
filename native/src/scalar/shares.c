/* Kernels of generic/shares.h with portable C. Tails: the compiler's own. */
#define ISA scalar
#include "../kernels.h"
#include "../generic/shares.h"
