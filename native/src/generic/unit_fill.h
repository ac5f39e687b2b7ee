void K(mpcache_fill_unit)(kernel_table *t)
{
    t->unit_xor = K(unit_xor);
    t->unit_lookup = K(unit_lookup);
    t->unit_parities = K(unit_parities);
    t->digits_compare = K(digits_compare);
}
