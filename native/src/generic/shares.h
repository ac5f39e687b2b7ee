/* Bits and shares. Loops run over 64 elements for each word of bits, without branches on the bits. */

/* All-ones or zero for each of the 64 elements of a word of bits. */
#define FOR_BITS(n)                                                    \
    for (int64_t w_ = 0; w_ < bit_words(n); w_++)                      \
        for (int64_t i_ = 0, count_ = n - 64 * w_ < 64 ? n - 64 * w_ : 64; i_ < count_; i_++)
#define BIT(bits) ((bits[w_] >> i_) & 1)
#define AT (64 * w_ + i_)

static void K(widen_finish)(uint64_t *restrict inout, const uint64_t *restrict own, const uint64_t *restrict mask,
                            const uint64_t *restrict u_bits, const uint64_t *restrict v_bits, const uint64_t *restrict c,
                            int32_t w, int32_t first, int64_t n)
{
    FOR_BITS(n)
    {
        uint64_t u = BIT(u_bits), v = BIT(v_bits), a = BIT(mask), m = BIT(own);
        uint64_t negate = 0 - (u ^ v); /* (1-2u)(1-2v) is -1 where u and v differ */
        uint64_t product = (c[AT] ^ negate) - negate;
        uint64_t public_u = first ? u & v : 0;
        uint64_t other = first ? v : u, sign = 0 - (first ? u : v);
        uint64_t term = other & a;
        product += public_u + ((term ^ sign) - sign);
        inout[AT] -= (m - product) << w;
    }
}

static void K(bit_to_word)(uint64_t *restrict inout, const uint64_t *restrict u, const uint64_t *restrict rho, uint64_t first,
                           uint64_t factor, int64_t n)
{
    FOR_BITS(n)
    {
        uint64_t flip = 0 - BIT(u);
        inout[AT] += factor * (((rho[AT] ^ flip) - flip) + (first & flip));
    }
}

static void K(bit_times)(uint64_t *restrict inout, const uint64_t *restrict u, const uint64_t *restrict rho, const uint64_t *restrict rho_a,
                         const uint64_t *restrict d, const uint64_t *restrict x, uint64_t factor, int64_t n)
{
    FOR_BITS(n)
    {
        uint64_t flip = 0 - BIT(u), t = rho[AT] * d[AT] + rho_a[AT];
        inout[AT] += factor * (((t ^ flip) - flip) + (x[AT] & flip));
    }
}

static void K(bit_times_scaled)(uint64_t *restrict inout, const uint64_t *restrict u, const uint64_t *restrict r,
                                const uint64_t *restrict rho_r, const uint64_t *restrict scale, int32_t scale_shift, int64_t n)
{
    FOR_BITS(n)
    {
        uint64_t flip = 0 - BIT(u);
        inout[AT] += (scale[AT] >> scale_shift) * (((rho_r[AT] ^ flip) - flip) + (r[AT] & flip));
    }
}

#ifndef BY_HAND
void K(mpcache_fill_shares)(kernel_table *t)
{
    t->widen_finish = K(widen_finish);
    t->bit_to_word = K(bit_to_word);
    t->bit_times = K(bit_times);
    t->bit_times_scaled = K(bit_times_scaled);
}
#endif
