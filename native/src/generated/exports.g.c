/* From native/include/mpcache.h by interop/MPCache.BindingGenerator. Do not edit. */
#include "kernels.h"

#define REQUIRE(condition) do { if (!(condition)) return MPCACHE_BAD_ARGUMENT; } while (0)

int32_t mpcache_prg_fill(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *result, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(key != NULL);
    REQUIRE(result != NULL || n == 0);
    mpcache_slots.prg_fill(key, nonce, first_block, result, n);
    return MPCACHE_OK;
}

int32_t mpcache_prg_add(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *target, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(key != NULL);
    REQUIRE(target != NULL || n == 0);
    mpcache_slots.prg_add(key, nonce, first_block, target, n);
    return MPCACHE_OK;
}

int32_t mpcache_prg_sub(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *target, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(key != NULL);
    REQUIRE(target != NULL || n == 0);
    mpcache_slots.prg_sub(key, nonce, first_block, target, n);
    return MPCACHE_OK;
}

int32_t mpcache_prg_xor(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *target, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(key != NULL);
    REQUIRE(target != NULL || n == 0);
    mpcache_slots.prg_xor(key, nonce, first_block, target, n);
    return MPCACHE_OK;
}

int32_t mpcache_add(uint64_t *result, const uint64_t *a, const uint64_t *b, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    REQUIRE(b != NULL || n == 0);
    mpcache_slots.add(result, a, b, n);
    return MPCACHE_OK;
}

int32_t mpcache_sub(uint64_t *result, const uint64_t *a, const uint64_t *b, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    REQUIRE(b != NULL || n == 0);
    mpcache_slots.sub(result, a, b, n);
    return MPCACHE_OK;
}

int32_t mpcache_mul(uint64_t *result, const uint64_t *a, const uint64_t *b, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    REQUIRE(b != NULL || n == 0);
    mpcache_slots.mul(result, a, b, n);
    return MPCACHE_OK;
}

int32_t mpcache_scale_add(uint64_t *target, const uint64_t *a, uint64_t factor, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    mpcache_slots.scale_add(target, a, factor, n);
    return MPCACHE_OK;
}

int32_t mpcache_beaver(uint64_t *result, const uint64_t *d, const uint64_t *e, const uint64_t *a, const uint64_t *b, const uint64_t *c,
    uint64_t first, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(first <= 1);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(d != NULL || n == 0);
    REQUIRE(e != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    REQUIRE(b != NULL || n == 0);
    REQUIRE(c != NULL || n == 0);
    mpcache_slots.beaver(result, d, e, a, b, c, first, n);
    return MPCACHE_OK;
}

int32_t mpcache_shift(uint64_t *result, const uint64_t *a, uint64_t offset, int32_t ring_bits, int32_t shift, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(ring_bits >= 1 && ring_bits <= 64);
    REQUIRE(shift >= 0 && shift <= ring_bits - 1);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    mpcache_slots.shift(result, a, offset, ring_bits, shift, n);
    return MPCACHE_OK;
}

int32_t mpcache_pack(uint8_t *result, const uint64_t *words, int32_t bytes, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(bytes >= 1 && bytes <= 8);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(words != NULL || n == 0);
    mpcache_slots.pack(result, words, bytes, n);
    return MPCACHE_OK;
}

int32_t mpcache_unpack(uint64_t *result, const uint8_t *packed, int32_t bytes, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(bytes >= 1 && bytes <= 8);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(packed != NULL || n == 0);
    mpcache_slots.unpack(result, packed, bytes, n);
    return MPCACHE_OK;
}

int32_t mpcache_unpack_add(uint64_t *target, const uint8_t *packed, int32_t bytes, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(bytes >= 1 && bytes <= 8);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(packed != NULL || n == 0);
    mpcache_slots.unpack_add(target, packed, bytes, n);
    return MPCACHE_OK;
}

int32_t mpcache_gemm_nt_u64_i16(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const int16_t *w, int64_t ldw, int64_t m,
    int64_t n, int64_t k, int32_t accumulate)
{
    REQUIRE(ldy >= 0);
    REQUIRE(ldx >= 0);
    REQUIRE(ldw >= 0);
    REQUIRE(m >= 0);
    REQUIRE(n >= 0);
    REQUIRE(k >= 0);
    REQUIRE(ldy >= n);
    REQUIRE(ldx >= k);
    REQUIRE(ldw >= k);
    REQUIRE(accumulate >= 0 && accumulate <= 1);
    REQUIRE(y != NULL || m == 0 || n == 0);
    REQUIRE(x != NULL || m == 0 || k == 0);
    REQUIRE(w != NULL || n == 0 || k == 0);
    mpcache_slots.gemm_nt_u64_i16(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);
    return MPCACHE_OK;
}

int32_t mpcache_gemm_nt_u64(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
    int64_t k, int32_t accumulate)
{
    REQUIRE(ldy >= 0);
    REQUIRE(ldx >= 0);
    REQUIRE(ldw >= 0);
    REQUIRE(m >= 0);
    REQUIRE(n >= 0);
    REQUIRE(k >= 0);
    REQUIRE(ldy >= n);
    REQUIRE(ldx >= k);
    REQUIRE(ldw >= k);
    REQUIRE(accumulate >= 0 && accumulate <= 1);
    REQUIRE(y != NULL || m == 0 || n == 0);
    REQUIRE(x != NULL || m == 0 || k == 0);
    REQUIRE(w != NULL || n == 0 || k == 0);
    mpcache_slots.gemm_nt_u64(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);
    return MPCACHE_OK;
}

int32_t mpcache_gemm_nn_u64(uint64_t *y, int64_t ldy, const uint64_t *x, int64_t ldx, const uint64_t *w, int64_t ldw, int64_t m, int64_t n,
    int64_t k, int32_t accumulate)
{
    REQUIRE(ldy >= 0);
    REQUIRE(ldx >= 0);
    REQUIRE(ldw >= 0);
    REQUIRE(m >= 0);
    REQUIRE(n >= 0);
    REQUIRE(k >= 0);
    REQUIRE(ldy >= n);
    REQUIRE(ldx >= k);
    REQUIRE(ldw >= n);
    REQUIRE(accumulate >= 0 && accumulate <= 1);
    REQUIRE(y != NULL || m == 0 || n == 0);
    REQUIRE(x != NULL || m == 0 || k == 0);
    REQUIRE(w != NULL || k == 0 || n == 0);
    mpcache_slots.gemm_nn_u64(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);
    return MPCACHE_OK;
}

int32_t mpcache_gemm_nn_u16(uint16_t *y, int64_t ldy, const uint16_t *x, int64_t ldx, const uint16_t *w, int64_t ldw, int64_t m, int64_t n,
    int64_t k, int32_t accumulate)
{
    REQUIRE(ldy >= 0);
    REQUIRE(ldx >= 0);
    REQUIRE(ldw >= 0);
    REQUIRE(m >= 0);
    REQUIRE(n >= 0);
    REQUIRE(k >= 0);
    REQUIRE(ldy >= n);
    REQUIRE(ldx >= k);
    REQUIRE(ldw >= n);
    REQUIRE(accumulate >= 0 && accumulate <= 1);
    REQUIRE(y != NULL || m == 0 || n == 0);
    REQUIRE(x != NULL || m == 0 || k == 0);
    REQUIRE(w != NULL || k == 0 || n == 0);
    mpcache_slots.gemm_nn_u16(y, ldy, x, ldx, w, ldw, m, n, k, accumulate);
    return MPCACHE_OK;
}

int32_t mpcache_extract_bit(uint64_t *result_bits, const uint64_t *a, int32_t bit, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(bit >= 0 && bit <= 63);
    REQUIRE(result_bits != NULL || n == 0);
    REQUIRE(a != NULL || n == 0);
    mpcache_slots.extract_bit(result_bits, a, bit, n);
    return MPCACHE_OK;
}

int32_t mpcache_expand_bits(uint64_t *result, const uint64_t *bits, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(bits != NULL || n == 0);
    mpcache_slots.expand_bits(result, bits, n);
    return MPCACHE_OK;
}

int32_t mpcache_permute_rows(uint64_t *result, const uint64_t *rows, const uint32_t *index, int64_t rows_out, int64_t rows_in,
    int64_t row_words)
{
    REQUIRE(rows_out >= 0);
    REQUIRE(rows_in >= 0);
    REQUIRE(row_words >= 0);
    REQUIRE(result != NULL || rows_out == 0 || row_words == 0);
    REQUIRE(rows != NULL || rows_in == 0 || row_words == 0);
    REQUIRE(index != NULL || rows_out == 0);
    for (int64_t i = 0; i < rows_out; i++)
        REQUIRE((int64_t)index[i] < rows_in);
    mpcache_slots.permute_rows(result, rows, index, rows_out, rows_in, row_words);
    return MPCACHE_OK;
}

int32_t mpcache_widen_finish(uint64_t *target, const uint64_t *own_bits, const uint64_t *mask_bits, const uint64_t *u_bits,
    const uint64_t *v_bits, const uint64_t *c, int32_t w, int32_t first, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(w >= 1 && w <= 63);
    REQUIRE(first >= 0 && first <= 1);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(own_bits != NULL || n == 0);
    REQUIRE(mask_bits != NULL || n == 0);
    REQUIRE(u_bits != NULL || n == 0);
    REQUIRE(v_bits != NULL || n == 0);
    REQUIRE(c != NULL || n == 0);
    mpcache_slots.widen_finish(target, own_bits, mask_bits, u_bits, v_bits, c, w, first, n);
    return MPCACHE_OK;
}

int32_t mpcache_bit_to_word(uint64_t *target, const uint64_t *u_bits, const uint64_t *rho, uint64_t first, uint64_t factor, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(first <= 1);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(u_bits != NULL || n == 0);
    REQUIRE(rho != NULL || n == 0);
    mpcache_slots.bit_to_word(target, u_bits, rho, first, factor, n);
    return MPCACHE_OK;
}

int32_t mpcache_bit_times(uint64_t *target, const uint64_t *u_bits, const uint64_t *rho, const uint64_t *rho_a, const uint64_t *d,
    const uint64_t *x, uint64_t factor, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(u_bits != NULL || n == 0);
    REQUIRE(rho != NULL || n == 0);
    REQUIRE(rho_a != NULL || n == 0);
    REQUIRE(d != NULL || n == 0);
    REQUIRE(x != NULL || n == 0);
    mpcache_slots.bit_times(target, u_bits, rho, rho_a, d, x, factor, n);
    return MPCACHE_OK;
}

int32_t mpcache_bit_times_scaled(uint64_t *target, const uint64_t *u_bits, const uint64_t *r, const uint64_t *rho_r, const uint64_t *scale,
    int32_t scale_shift, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(scale_shift >= 0 && scale_shift <= 63);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(u_bits != NULL || n == 0);
    REQUIRE(r != NULL || n == 0);
    REQUIRE(rho_r != NULL || n == 0);
    REQUIRE(scale != NULL || n == 0);
    mpcache_slots.bit_times_scaled(target, u_bits, r, rho_r, scale, scale_shift, n);
    return MPCACHE_OK;
}

int32_t mpcache_unit_xor(uint8_t *target, const uint64_t *r, int32_t m, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(m >= 3 && m <= 12);
    REQUIRE(target != NULL || n == 0);
    REQUIRE(r != NULL || n == 0);
    mpcache_slots.unit_xor(target, r, m, n);
    return MPCACHE_OK;
}

int32_t mpcache_unit_lookup(uint64_t *result_planes, const uint8_t *e, const uint64_t *d, const uint8_t *table, int64_t planes, int32_t m,
    int64_t n)
{
    REQUIRE(planes >= 0);
    REQUIRE(n >= 0);
    REQUIRE(m >= 3 && m <= 12);
    REQUIRE(result_planes != NULL || planes == 0 || n == 0);
    REQUIRE(e != NULL || n == 0);
    REQUIRE(d != NULL || n == 0);
    REQUIRE(table != NULL || planes == 0);
    mpcache_slots.unit_lookup(result_planes, e, d, table, planes, m, n);
    return MPCACHE_OK;
}

int32_t mpcache_unit_parities(uint8_t *target, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(m >= 3 && m <= 12);
    REQUIRE(target != NULL);
    REQUIRE(e != NULL || n == 0);
    REQUIRE(d != NULL || n == 0);
    REQUIRE(groups != NULL || n == 0);
    mpcache_slots.unit_parities(target, e, d, groups, m, n);
    return MPCACHE_OK;
}

int32_t mpcache_digits_compare(uint64_t *greater, uint64_t *equal, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m,
    int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(m >= 3 && m <= 12);
    REQUIRE(digits >= 1 && digits <= 64 / m);
    REQUIRE(greater != NULL || n == 0);
    REQUIRE(equal != NULL || n == 0);
    REQUIRE(e != NULL || n == 0);
    REQUIRE(d != NULL || n == 0);
    mpcache_slots.digits_compare(greater, equal, e, d, digits, m, n);
    return MPCACHE_OK;
}

int32_t mpcache_and_masks(uint64_t *result, const uint64_t *rho, int32_t k, int64_t words)
{
    REQUIRE(words >= 0);
    REQUIRE(k >= 1 && k <= 10);
    REQUIRE(result != NULL || words == 0);
    REQUIRE(rho != NULL || words == 0);
    mpcache_slots.and_masks(result, rho, k, words);
    return MPCACHE_OK;
}

int32_t mpcache_and_finish(uint64_t *result, const uint64_t *u, const uint64_t *rho_products, int32_t k, int32_t first, int64_t words)
{
    REQUIRE(words >= 0);
    REQUIRE(k >= 1 && k <= 10);
    REQUIRE(first >= 0 && first <= 1);
    REQUIRE(result != NULL || words == 0);
    REQUIRE(u != NULL || words == 0);
    REQUIRE(rho_products != NULL || words == 0);
    mpcache_slots.and_finish(result, u, rho_products, k, first, words);
    return MPCACHE_OK;
}

int32_t mpcache_chain_masks(uint64_t *products, const uint64_t *masks, int32_t k, int64_t words)
{
    REQUIRE(words >= 0);
    REQUIRE(k >= 1 && k <= 9);
    REQUIRE(products != NULL || words == 0);
    REQUIRE(masks != NULL || words == 0);
    mpcache_slots.chain_masks(products, masks, k, words);
    return MPCACHE_OK;
}

int32_t mpcache_chain_finish(uint64_t *result, const uint64_t *u, const uint64_t *products, int32_t k, int32_t first, int64_t words)
{
    REQUIRE(words >= 0);
    REQUIRE(k >= 1 && k <= 9);
    REQUIRE(first >= 0 && first <= 1);
    REQUIRE(result != NULL || words == 0);
    REQUIRE(u != NULL || words == 0);
    REQUIRE(products != NULL || words == 0);
    mpcache_slots.chain_finish(result, u, products, k, first, words);
    return MPCACHE_OK;
}

int32_t mpcache_exp2_neg(uint64_t *result, const uint64_t *t, int32_t frac_bits, int32_t out_bits, int64_t n)
{
    REQUIRE(n >= 0);
    REQUIRE(frac_bits >= 0 && frac_bits <= 24);
    REQUIRE(out_bits >= 8 && out_bits <= 50);
    REQUIRE(result != NULL || n == 0);
    REQUIRE(t != NULL || n == 0);
    mpcache_slots.exp2_neg(result, t, frac_bits, out_bits, n);
    return MPCACHE_OK;
}
