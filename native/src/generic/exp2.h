/*
 * 2^(out_bits - t / 2^frac_bits). The fraction goes through a Taylor polynomial of 2^-f in double precision, evaluated in one fixed order
 * without fused multiply-adds (the build forbids contraction), so every set and the managed twin give the same bits; the whole part goes
 * into the exponent. The polynomial's error is below 2^-50 relative.
 */
/* (-ln 2)^i / i! */
static const double K(exp2_terms)[14] = {
    1.0, -0.6931471805599453, 0.24022650695910072, -0.05550410866482158, 0.009618129107628477,
    -0.0013333558146428443, 0.0001540353039338161, -1.525273380405984e-05, 1.3215486790144307e-06,
    -1.0178086009239699e-07, 7.054911620801123e-09, -4.4455382718708116e-10, 2.5678435993488202e-11,
    -1.3691488853904128e-12};

static void K(exp2_neg)(uint64_t *out, const uint64_t *t, int32_t frac_bits, int32_t out_bits, int64_t n)
{
    const double *c = K(exp2_terms);
    uint64_t mask = (UINT64_C(1) << frac_bits) - 1;
    double scale = 1.0 / (double)(UINT64_C(1) << frac_bits);
    for (int64_t i = 0; i < n; i++) {
        uint64_t whole = t[i] >> frac_bits, bits;
        double f = (double)(int64_t)(t[i] & mask) * scale, y = c[13];
        for (int k = 12; k >= 0; k--)
            y = y * f + c[k];
        memcpy(&bits, &y, 8);
        bits += ((uint64_t)out_bits - whole) << 52;
        memcpy(&y, &bits, 8);
        out[i] = (uint64_t)(int64_t)(y + 0.5);
    }
}

#ifndef BY_HAND
void K(mpcache_fill_exp2)(kernel_table *t)
{
    t->exp2_neg = K(exp2_neg);
}
#endif
