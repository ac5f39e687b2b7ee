/* From native/include/mpcache.h by interop/MPCache.BindingGenerator. Do not edit. */
typedef struct kernel_table {
    void (*prg_fill)(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *result, int64_t n);
    void (*prg_add)(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *target, int64_t n);
    void (*prg_sub)(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *target, int64_t n);
    void (*prg_xor)(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *target, int64_t n);
    void (*add)(uint64_t *result, const uint64_t *a, const uint64_t *b, int64_t n);
    void (*sub)(uint64_t *result, const uint64_t *a, const uint64_t *b, int64_t n);
    void (*mul)(uint64_t *result, const uint64_t *a, const uint64_t *b, int64_t n);
    void (*scale_add)(uint64_t *target, const uint64_t *a, uint64_t factor, int64_t n);
    void (*beaver)(uint64_t *result, const uint64_t *d, const uint64_t *e, const uint64_t *a, const uint64_t *b, const uint64_t *c,
        uint64_t first, int64_t n);
    void (*shift)(uint64_t *result, const uint64_t *a, uint64_t offset, int32_t ring_bits, int32_t shift, int64_t n);
    void (*pack)(uint8_t *result, const uint64_t *words, int32_t bytes, int64_t n);
    void (*unpack)(uint64_t *result, const uint8_t *packed, int32_t bytes, int64_t n);
    void (*unpack_add)(uint64_t *target, const uint8_t *packed, int32_t bytes, int64_t n);
    void (*gemm_nt_u64_i16)(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const int16_t *w, int64_t ldw, int64_t m, int64_t n,
        int64_t k, int32_t accumulate);
    void (*gemm_nt_u64)(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
        int64_t k, int32_t accumulate);
    void (*gemm_nn_u64)(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
        int64_t k, int32_t accumulate);
    void (*gemm_nn_u16)(uint16_t *y, int64_t ldy, const uint16_t *x, int64_t ldx, const uint16_t *w, int64_t ldw, int64_t m, int64_t n,
        int64_t k, int32_t accumulate);
    void (*extract_bit)(uint64_t *result_bits, const uint64_t *a, int32_t bit, int64_t n);
    void (*expand_bits)(uint64_t *result, const uint64_t *bits, int64_t n);
    void (*permute_rows)(uint64_t *result, const uint64_t *rows, const uint32_t *index, int64_t rows_out, int64_t rows_in,
        int64_t row_words);
    void (*widen_finish)(uint64_t *target, const uint64_t *own_bits, const uint64_t *mask_bits, const uint64_t *u_bits,
        const uint64_t *v_bits, const uint64_t *c, int32_t w, int32_t first, int64_t n);
    void (*bit_to_word)(uint64_t *target, const uint64_t *u_bits, const uint64_t *rho, uint64_t first, uint64_t factor, int64_t n);
    void (*bit_times)(uint64_t *target, const uint64_t *u_bits, const uint64_t *rho, const uint64_t *rho_a, const uint64_t *d,
        const uint64_t *x, uint64_t factor, int64_t n);
    void (*bit_times_scaled)(uint64_t *target, const uint64_t *u_bits, const uint64_t *r, const uint64_t *rho_r, const uint64_t *scale,
        int32_t scale_shift, int64_t n);
    void (*unit_xor)(uint8_t *target, const uint64_t *r, int32_t m, int64_t n);
    void (*unit_lookup)(uint64_t *result_planes, const uint8_t *e, const uint64_t *d, const uint8_t *table, int64_t planes, int32_t m,
        int64_t n);
    void (*unit_parities)(uint8_t *target, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n);
    void (*digits_compare)(uint64_t *greater, uint64_t *equal, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m, int64_t n);
    void (*and_masks)(uint64_t *result, const uint64_t *rho, int32_t k, int64_t words);
    void (*and_finish)(uint64_t *result, const uint64_t *u, const uint64_t *rho_products, int32_t k, int32_t first, int64_t words);
    void (*chain_masks)(uint64_t *products, const uint64_t *masks, int32_t k, int64_t words);
    void (*chain_finish)(uint64_t *result, const uint64_t *u, const uint64_t *products, int32_t k, int32_t first, int64_t words);
    void (*exp2_neg)(uint64_t *result, const uint64_t *t, int32_t frac_bits, int32_t out_bits, int64_t n);
} kernel_table;
