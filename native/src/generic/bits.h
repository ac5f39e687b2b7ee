/* Packed bits, and whole rows. */
static void K(extract_bit)(uint64_t *out, const uint64_t *in, int32_t bit, int64_t n)
{
    for (int64_t w = 0; w < bit_words(n); w++) {
        int64_t count = n - 64 * w < 64 ? n - 64 * w : 64;
        uint64_t packed = 0;
        for (int64_t i = 0; i < count; i++)
            packed |= ((in[64 * w + i] >> bit) & 1) << i;
        out[w] = packed;
    }
}

static void K(expand_bits)(uint64_t *out, const uint64_t *bits, int64_t n)
{
    for (int64_t w = 0; w < bit_words(n); w++) {
        int64_t count = n - 64 * w < 64 ? n - 64 * w : 64;
        uint64_t packed = bits[w];
        for (int64_t i = 0; i < count; i++)
            out[64 * w + i] = (packed >> i) & 1;
    }
}

static void K(permute_rows)(uint64_t *out, const uint64_t *in, const uint32_t *index, int64_t rows_out, int64_t rows_in,
                            int64_t row_words)
{
    (void)rows_in;
    for (int64_t i = 0; i < rows_out; i++)
        memcpy(out + i * row_words, in + (int64_t)index[i] * row_words, (size_t)row_words * 8);
}

#ifndef BY_HAND
void K(mpcache_fill_bits)(kernel_table *t)
{
    t->extract_bit = K(extract_bit);
    t->expand_bits = K(expand_bits);
    t->permute_rows = K(permute_rows);
}
#endif
