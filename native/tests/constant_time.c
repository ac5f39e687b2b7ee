/*
 * No kernel branches on a secret or uses one as an address. Under valgrind every buffer and word that the header does not call public is marked as undefined; memcheck then
 * reports each branch and each address that depends on it. The scalar set and AVX2 run (valgrind knows no AVX-512). With an argument, a branch on a secret is planted, which
 * must be reported.
 */
#include <valgrind/memcheck.h>

#define CONSTANT_TIME
#define SECRET(p, size) ((void)VALGRIND_MAKE_MEM_UNDEFINED(p, size))
#define REVEAL(p, size) ((void)VALGRIND_MAKE_MEM_DEFINED(p, size))
#include "every_set.c"

static int planted(void)
{
    uint64_t secret = any_word();
    SECRET(&secret, sizeof secret);
    return secret % 3 == 0 ? puts("a multiple") : puts("no multiple");
}

int main(int count, char **arguments)
{
    (void)arguments;
    if (!RUNNING_ON_VALGRIND) {
        fprintf(stderr, "run this under valgrind: valgrind --error-exitcode=1 ./constant_time\n");
        return 2;
    }
    if (count > 1) {
        planted();
    } else {
        every_kernel(mpcache_isa_available(MPCACHE_ISA_AVX2) ? MPCACHE_ISA_AVX2 : MPCACHE_ISA_SCALAR);
        printf("%d failures\n", failures);
    }
    return failures != 0;
}
