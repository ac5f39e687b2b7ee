/* Kernels of generic/unit.h with portable C. Tails: the compiler's own. */
#define ISA scalar
#include "../kernels.h"
#include "../generic/unit.h"
#include "../generic/unit_fill.h"
