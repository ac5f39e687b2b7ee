/*
 * Every kernel on every instruction set that this machine has, against the scalar set, bit for bit, over awkward sizes and the whole ring.
 */
#include "check.h"

#ifndef SECRET /* constant_time.c follows secrets through the kernels */
#define SECRET(p, size) (void)0
#define REVEAL(p, size) (void)0
#endif

/* An output, twice: what the scalar set makes of it and what the other one does, from the same beginning. */
typedef struct pair {
    void *expected, *found;
    size_t size;
} pair;

static int second;

static pair new_pair(size_t size)
{
    pair p = {random_bytes(size), malloc(size ? size : 1), size};
    memcpy(p.found, p.expected, size);
    return p;
}

/* Both begin as a copy of an input, so that a call may work in its place. */
static void refill(pair *p, const void *input)
{
    memcpy(p->expected, input, p->size);
    memcpy(p->found, input, p->size);
}

static void same(const pair *p, int isa, const char *what)
{
    REVEAL(p->expected, p->size);
    REVEAL(p->found, p->size);
    CHECK(memcmp(p->expected, p->found, p->size) == 0, "%s on set %d differs from scalar", what, isa);
}

static void drop(pair *p) { free(p->expected), free(p->found); }

static uint64_t any_word(void)
{
    uint64_t *w = random_bytes(8), word = *w;
    free(w);
    return word;
}

/* The i-th value to try of a range: all of a short one, else the ends, their neighbours and two between. 0 past the last. */
static int value_of(int64_t least, int64_t most, int whole, int i, int64_t *value)
{
    int64_t between = least + (int64_t)(random_word() % (uint64_t)(most - least + 1));
    int64_t some[6] = {least, least + 1, between, least + (most - least) / 2, most - 1, most};
    int is_short = most - least < whole;
    *value = is_short ? least + i : some[i < 6 ? i : 0];
    return is_short ? least + i <= most : i < 6;
}

#define COUNT(sizes) (int64_t)(sizeof sizes / sizeof *sizes)
#define EACH_SIZE(name, sizes) \
    for (int64_t i_##name = 0, name = sizes[0]; i_##name < COUNT(sizes) && (name = sizes[i_##name], 1); i_##name++)
#define EACH_VALUE(name, least, most) for (int64_t i_##name = 0, name; value_of(least, most, WHOLE, (int)i_##name, &name); i_##name++)
#define ROWS(rows, columns, stride) ((rows) == 0 || (columns) == 0 ? 0 : ((rows) - 1) * (stride) + (columns))
#define AT(output) (second ? (output).found : (output).expected)
#define BOTH(isa, call)                                                             \
    do {                                                                            \
        for (second = 0; second < 2; second++) {                                    \
            mpcache_isa_select(second ? (isa) : MPCACHE_ISA_SCALAR);                \
            CHECK((call) == MPCACHE_OK, "%s refused its arguments", #call);         \
        }                                                                           \
    } while (0)

#include "generated/every_kernel.g.h"

#ifndef CONSTANT_TIME
int main(void)
{
    for (int isa = MPCACHE_ISA_AVX2; isa <= MPCACHE_ISA_AVX512; isa++) {
        if (mpcache_isa_available(isa))
            every_kernel(isa);
        else
            printf("set %d is not available here: skipped\n", isa);
    }
    printf("%d failures\n", failures);
    return failures != 0;
}
#endif
