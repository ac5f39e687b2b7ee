/* Element-wise ring arithmetic over Z_2^64; the compiler vectorises these loops with the including file's flags. */
static void K(add)(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = a[i] + b[i];
}

static void K(sub)(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = a[i] - b[i];
}

static void K(mul)(uint64_t *out, const uint64_t *a, const uint64_t *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = a[i] * b[i];
}

static void K(scale_add)(uint64_t *restrict inout, const uint64_t *restrict a, uint64_t factor, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        inout[i] += factor * a[i];
}

static void K(beaver)(uint64_t *restrict out, const uint64_t *restrict d, const uint64_t *restrict e, const uint64_t *restrict a,
                      const uint64_t *restrict b, const uint64_t *restrict c, uint64_t first, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        out[i] = d[i] * (first * e[i] + b[i]) + a[i] * e[i] + c[i];
}

static void K(shift)(uint64_t *out, const uint64_t *in, uint64_t offset, int32_t ring_bits, int32_t shift, int64_t n)
{
    uint64_t mask = ring_mask(ring_bits);
    for (int64_t i = 0; i < n; i++)
        out[i] = ((in[i] + offset) & mask) >> shift;
}

#ifndef BY_HAND
void K(mpcache_fill_ring)(kernel_table *t)
{
    t->add = K(add);
    t->sub = K(sub);
    t->mul = K(mul);
    t->scale_add = K(scale_add);
    t->beaver = K(beaver);
    t->shift = K(shift);
}
#endif
