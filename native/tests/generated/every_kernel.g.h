/* From native/include/mpcache.h by interop/MPCache.BindingGenerator. Do not edit. */
static const int64_t one_size[] = {0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 1000};
static const int64_t several_sizes[] = {0, 1, 2, 3, 5, 8, 17, 64, 70};
enum { WHOLE = 12 };

static void every_prg_fill(int isa)
{
    EACH_SIZE(n, one_size) {
        uint64_t nonce = any_word();
        uint64_t first_block = any_word();
        mpcache_aes128 *key = random_bytes(sizeof(mpcache_aes128) * (size_t)(1));
        SECRET(key, sizeof(mpcache_aes128) * (size_t)(1));
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_prg_fill(key, nonce, first_block, AT(result), n));
        same(&result, isa, "mpcache_prg_fill: result");
        free(key), drop(&result);
    }
}

static void every_prg_add(int isa)
{
    EACH_SIZE(n, one_size) {
        uint64_t nonce = any_word();
        uint64_t first_block = any_word();
        mpcache_aes128 *key = random_bytes(sizeof(mpcache_aes128) * (size_t)(1));
        SECRET(key, sizeof(mpcache_aes128) * (size_t)(1));
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_prg_add(key, nonce, first_block, AT(target), n));
        same(&target, isa, "mpcache_prg_add: target");
        free(key), drop(&target);
    }
}

static void every_prg_sub(int isa)
{
    EACH_SIZE(n, one_size) {
        uint64_t nonce = any_word();
        uint64_t first_block = any_word();
        mpcache_aes128 *key = random_bytes(sizeof(mpcache_aes128) * (size_t)(1));
        SECRET(key, sizeof(mpcache_aes128) * (size_t)(1));
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_prg_sub(key, nonce, first_block, AT(target), n));
        same(&target, isa, "mpcache_prg_sub: target");
        free(key), drop(&target);
    }
}

static void every_prg_xor(int isa)
{
    EACH_SIZE(n, one_size) {
        uint64_t nonce = any_word();
        uint64_t first_block = any_word();
        mpcache_aes128 *key = random_bytes(sizeof(mpcache_aes128) * (size_t)(1));
        SECRET(key, sizeof(mpcache_aes128) * (size_t)(1));
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_prg_xor(key, nonce, first_block, AT(target), n));
        same(&target, isa, "mpcache_prg_xor: target");
        free(key), drop(&target);
    }
}

static void every_add(int isa)
{
    EACH_SIZE(n, one_size) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        uint64_t *b = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(b, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_add(AT(result), a, b, n));
        same(&result, isa, "mpcache_add: result");
        refill(&result, a);
        BOTH(isa, mpcache_add(AT(result), AT(result), b, n));
        same(&result, isa, "mpcache_add in place of a: result");
        refill(&result, b);
        BOTH(isa, mpcache_add(AT(result), a, AT(result), n));
        same(&result, isa, "mpcache_add in place of b: result");
        drop(&result), free(a), free(b);
    }
}

static void every_sub(int isa)
{
    EACH_SIZE(n, one_size) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        uint64_t *b = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(b, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_sub(AT(result), a, b, n));
        same(&result, isa, "mpcache_sub: result");
        refill(&result, a);
        BOTH(isa, mpcache_sub(AT(result), AT(result), b, n));
        same(&result, isa, "mpcache_sub in place of a: result");
        refill(&result, b);
        BOTH(isa, mpcache_sub(AT(result), a, AT(result), n));
        same(&result, isa, "mpcache_sub in place of b: result");
        drop(&result), free(a), free(b);
    }
}

static void every_mul(int isa)
{
    EACH_SIZE(n, one_size) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        uint64_t *b = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(b, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_mul(AT(result), a, b, n));
        same(&result, isa, "mpcache_mul: result");
        refill(&result, a);
        BOTH(isa, mpcache_mul(AT(result), AT(result), b, n));
        same(&result, isa, "mpcache_mul in place of a: result");
        refill(&result, b);
        BOTH(isa, mpcache_mul(AT(result), a, AT(result), n));
        same(&result, isa, "mpcache_mul in place of b: result");
        drop(&result), free(a), free(b);
    }
}

static void every_scale_add(int isa)
{
    EACH_SIZE(n, one_size) {
        uint64_t factor = any_word();
        SECRET(&factor, sizeof factor);
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_scale_add(AT(target), a, factor, n));
        same(&target, isa, "mpcache_scale_add: target");
        drop(&target), free(a);
    }
}

static void every_beaver(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(first, 0, 1) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *d = random_bytes(sizeof(uint64_t) * (size_t)(n));
        uint64_t *e = random_bytes(sizeof(uint64_t) * (size_t)(n));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        uint64_t *b = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(b, sizeof(uint64_t) * (size_t)(n));
        uint64_t *c = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(c, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_beaver(AT(result), d, e, a, b, c, first, n));
        same(&result, isa, "mpcache_beaver: result");
        drop(&result), free(d), free(e), free(a), free(b), free(c);
    }
}

static void every_shift(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(ring_bits, 1, 64) EACH_VALUE(shift, 0, ring_bits - 1) {
        uint64_t offset = any_word();
        SECRET(&offset, sizeof offset);
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_shift(AT(result), a, offset, ring_bits, shift, n));
        same(&result, isa, "mpcache_shift: result");
        refill(&result, a);
        BOTH(isa, mpcache_shift(AT(result), AT(result), offset, ring_bits, shift, n));
        same(&result, isa, "mpcache_shift in place of a: result");
        drop(&result), free(a);
    }
}

static void every_pack(int isa)
{
    EACH_SIZE(n, several_sizes) EACH_VALUE(bytes, 1, 8) {
        pair result = new_pair(sizeof(uint8_t) * (size_t)(n * bytes));
        SECRET(result.expected, sizeof(uint8_t) * (size_t)(n * bytes)), SECRET(result.found, sizeof(uint8_t) * (size_t)(n * bytes));
        uint64_t *words = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(words, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_pack(AT(result), words, bytes, n));
        same(&result, isa, "mpcache_pack: result");
        drop(&result), free(words);
    }
}

static void every_unpack(int isa)
{
    EACH_SIZE(n, several_sizes) EACH_VALUE(bytes, 1, 8) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint8_t *packed = random_bytes(sizeof(uint8_t) * (size_t)(n * bytes));
        SECRET(packed, sizeof(uint8_t) * (size_t)(n * bytes));
        BOTH(isa, mpcache_unpack(AT(result), packed, bytes, n));
        same(&result, isa, "mpcache_unpack: result");
        drop(&result), free(packed);
    }
}

static void every_unpack_add(int isa)
{
    EACH_SIZE(n, several_sizes) EACH_VALUE(bytes, 1, 8) {
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        uint8_t *packed = random_bytes(sizeof(uint8_t) * (size_t)(n * bytes));
        SECRET(packed, sizeof(uint8_t) * (size_t)(n * bytes));
        BOTH(isa, mpcache_unpack_add(AT(target), packed, bytes, n));
        same(&target, isa, "mpcache_unpack_add: target");
        drop(&target), free(packed);
    }
}

static void every_gemm_nt_u64_i16(int isa)
{
    EACH_SIZE(m, several_sizes) EACH_SIZE(n, several_sizes) EACH_SIZE(k, several_sizes) EACH_VALUE(accumulate, 0, 1) {
        int64_t ldy = n + (int64_t)(random_word() % 4);
        int64_t ldx = k + (int64_t)(random_word() % 4);
        int64_t ldw = k + (int64_t)(random_word() % 4);
        pair y = new_pair(sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy)));
        SECRET(y.expected, sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy))), SECRET(y.found, sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy)));
        uint64_t *x = random_bytes(sizeof(uint64_t) * (size_t)(ROWS(m, k, ldx)));
        SECRET(x, sizeof(uint64_t) * (size_t)(ROWS(m, k, ldx)));
        int16_t *w = random_bytes(sizeof(int16_t) * (size_t)(ROWS(n, k, ldw)));
        SECRET(w, sizeof(int16_t) * (size_t)(ROWS(n, k, ldw)));
        BOTH(isa, mpcache_gemm_nt_u64_i16(AT(y), ldy, x, ldx, w, ldw, m, n, k, accumulate));
        same(&y, isa, "mpcache_gemm_nt_u64_i16: y");
        drop(&y), free(x), free(w);
    }
}

static void every_gemm_nt_u64(int isa)
{
    EACH_SIZE(m, several_sizes) EACH_SIZE(n, several_sizes) EACH_SIZE(k, several_sizes) EACH_VALUE(accumulate, 0, 1) {
        int64_t ldy = n + (int64_t)(random_word() % 4);
        int64_t ldx = k + (int64_t)(random_word() % 4);
        int64_t ldw = k + (int64_t)(random_word() % 4);
        pair y = new_pair(sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy)));
        SECRET(y.expected, sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy))), SECRET(y.found, sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy)));
        uint64_t *x = random_bytes(sizeof(uint64_t) * (size_t)(ROWS(m, k, ldx)));
        SECRET(x, sizeof(uint64_t) * (size_t)(ROWS(m, k, ldx)));
        uint64_t *w = random_bytes(sizeof(uint64_t) * (size_t)(ROWS(n, k, ldw)));
        SECRET(w, sizeof(uint64_t) * (size_t)(ROWS(n, k, ldw)));
        BOTH(isa, mpcache_gemm_nt_u64(AT(y), ldy, x, ldx, w, ldw, m, n, k, accumulate));
        same(&y, isa, "mpcache_gemm_nt_u64: y");
        drop(&y), free(x), free(w);
    }
}

static void every_gemm_nn_u64(int isa)
{
    EACH_SIZE(m, several_sizes) EACH_SIZE(n, several_sizes) EACH_SIZE(k, several_sizes) EACH_VALUE(accumulate, 0, 1) {
        int64_t ldy = n + (int64_t)(random_word() % 4);
        int64_t ldx = k + (int64_t)(random_word() % 4);
        int64_t ldw = n + (int64_t)(random_word() % 4);
        pair y = new_pair(sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy)));
        SECRET(y.expected, sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy))), SECRET(y.found, sizeof(uint64_t) * (size_t)(ROWS(m, n, ldy)));
        uint64_t *x = random_bytes(sizeof(uint64_t) * (size_t)(ROWS(m, k, ldx)));
        SECRET(x, sizeof(uint64_t) * (size_t)(ROWS(m, k, ldx)));
        uint64_t *w = random_bytes(sizeof(uint64_t) * (size_t)(ROWS(k, n, ldw)));
        SECRET(w, sizeof(uint64_t) * (size_t)(ROWS(k, n, ldw)));
        BOTH(isa, mpcache_gemm_nn_u64(AT(y), ldy, x, ldx, w, ldw, m, n, k, accumulate));
        same(&y, isa, "mpcache_gemm_nn_u64: y");
        drop(&y), free(x), free(w);
    }
}

static void every_gemm_nn_u16(int isa)
{
    EACH_SIZE(m, several_sizes) EACH_SIZE(n, several_sizes) EACH_SIZE(k, several_sizes) EACH_VALUE(accumulate, 0, 1) {
        int64_t ldy = n + (int64_t)(random_word() % 4);
        int64_t ldx = k + (int64_t)(random_word() % 4);
        int64_t ldw = n + (int64_t)(random_word() % 4);
        pair y = new_pair(sizeof(uint16_t) * (size_t)(ROWS(m, n, ldy)));
        SECRET(y.expected, sizeof(uint16_t) * (size_t)(ROWS(m, n, ldy))), SECRET(y.found, sizeof(uint16_t) * (size_t)(ROWS(m, n, ldy)));
        uint16_t *x = random_bytes(sizeof(uint16_t) * (size_t)(ROWS(m, k, ldx)));
        SECRET(x, sizeof(uint16_t) * (size_t)(ROWS(m, k, ldx)));
        uint16_t *w = random_bytes(sizeof(uint16_t) * (size_t)(ROWS(k, n, ldw)));
        SECRET(w, sizeof(uint16_t) * (size_t)(ROWS(k, n, ldw)));
        BOTH(isa, mpcache_gemm_nn_u16(AT(y), ldy, x, ldx, w, ldw, m, n, k, accumulate));
        same(&y, isa, "mpcache_gemm_nn_u16: y");
        drop(&y), free(x), free(w);
    }
}

static void every_extract_bit(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(bit, 0, 63) {
        pair result_bits = new_pair(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        SECRET(result_bits.expected, sizeof(uint64_t) * (size_t)(MPC_BITS(n))), SECRET(result_bits.found,
            sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(a, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_extract_bit(AT(result_bits), a, bit, n));
        same(&result_bits, isa, "mpcache_extract_bit: result_bits");
        drop(&result_bits), free(a);
    }
}

static void every_expand_bits(int isa)
{
    EACH_SIZE(n, one_size) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        SECRET(bits, sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        BOTH(isa, mpcache_expand_bits(AT(result), bits, n));
        same(&result, isa, "mpcache_expand_bits: result");
        drop(&result), free(bits);
    }
}

static void every_permute_rows(int isa)
{
    EACH_SIZE(rows_out, several_sizes) EACH_SIZE(rows_in, several_sizes) EACH_SIZE(row_words, several_sizes) {
        if (rows_in == 0 && rows_out != 0)
            continue;
        pair result = new_pair(sizeof(uint64_t) * (size_t)(rows_out * row_words));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(rows_out * row_words)), SECRET(result.found,
            sizeof(uint64_t) * (size_t)(rows_out * row_words));
        uint64_t *rows = random_bytes(sizeof(uint64_t) * (size_t)(rows_in * row_words));
        SECRET(rows, sizeof(uint64_t) * (size_t)(rows_in * row_words));
        uint32_t *index = random_bytes(sizeof(uint32_t) * (size_t)(rows_out));
        for (int64_t i = 0; i < rows_out; i++)
            index[i] = (uint32_t)(index[i] % (uint64_t)(rows_in));
        BOTH(isa, mpcache_permute_rows(AT(result), rows, index, rows_out, rows_in, row_words));
        same(&result, isa, "mpcache_permute_rows: result");
        drop(&result), free(rows), free(index);
    }
}

static void every_widen_finish(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(w, 1, 63) EACH_VALUE(first, 0, 1) {
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *own_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        SECRET(own_bits, sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *mask_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        SECRET(mask_bits, sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *u_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *v_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *c = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(c, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_widen_finish(AT(target), own_bits, mask_bits, u_bits, v_bits, c, w, first, n));
        same(&target, isa, "mpcache_widen_finish: target");
        drop(&target), free(own_bits), free(mask_bits), free(u_bits), free(v_bits), free(c);
    }
}

static void every_bit_to_word(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(first, 0, 1) {
        uint64_t factor = any_word();
        SECRET(&factor, sizeof factor);
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *u_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *rho = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(rho, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_bit_to_word(AT(target), u_bits, rho, first, factor, n));
        same(&target, isa, "mpcache_bit_to_word: target");
        drop(&target), free(u_bits), free(rho);
    }
}

static void every_bit_times(int isa)
{
    EACH_SIZE(n, one_size) {
        uint64_t factor = any_word();
        SECRET(&factor, sizeof factor);
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *u_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *rho = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(rho, sizeof(uint64_t) * (size_t)(n));
        uint64_t *rho_a = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(rho_a, sizeof(uint64_t) * (size_t)(n));
        uint64_t *d = random_bytes(sizeof(uint64_t) * (size_t)(n));
        uint64_t *x = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(x, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_bit_times(AT(target), u_bits, rho, rho_a, d, x, factor, n));
        same(&target, isa, "mpcache_bit_times: target");
        drop(&target), free(u_bits), free(rho), free(rho_a), free(d), free(x);
    }
}

static void every_bit_times_scaled(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(scale_shift, 0, 63) {
        pair target = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(target.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(target.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *u_bits = random_bytes(sizeof(uint64_t) * (size_t)(MPC_BITS(n)));
        uint64_t *r = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(r, sizeof(uint64_t) * (size_t)(n));
        uint64_t *rho_r = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(rho_r, sizeof(uint64_t) * (size_t)(n));
        uint64_t *scale = random_bytes(sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_bit_times_scaled(AT(target), u_bits, r, rho_r, scale, scale_shift, n));
        same(&target, isa, "mpcache_bit_times_scaled: target");
        drop(&target), free(u_bits), free(r), free(rho_r), free(scale);
    }
}

static void every_unit_xor(int isa)
{
    EACH_SIZE(n, several_sizes) EACH_VALUE(m, 3, 12) {
        pair target = new_pair(sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m)));
        SECRET(target.expected, sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m))), SECRET(target.found,
            sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m)));
        uint64_t *r = random_bytes(sizeof(uint64_t) * (size_t)(n));
        SECRET(r, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_unit_xor(AT(target), r, m, n));
        same(&target, isa, "mpcache_unit_xor: target");
        drop(&target), free(r);
    }
}

static void every_unit_lookup(int isa)
{
    EACH_SIZE(planes, several_sizes) EACH_SIZE(n, several_sizes) EACH_VALUE(m, 3, 12) {
        pair result_planes = new_pair(sizeof(uint64_t) * (size_t)(planes * MPC_BITS(n)));
        SECRET(result_planes.expected, sizeof(uint64_t) * (size_t)(planes * MPC_BITS(n))), SECRET(result_planes.found,
            sizeof(uint64_t) * (size_t)(planes * MPC_BITS(n)));
        uint8_t *e = random_bytes(sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m)));
        SECRET(e, sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m)));
        uint64_t *d = random_bytes(sizeof(uint64_t) * (size_t)(n));
        uint8_t *table = random_bytes(sizeof(uint8_t) * (size_t)(planes * MPC_UNIT(m)));
        SECRET(table, sizeof(uint8_t) * (size_t)(planes * MPC_UNIT(m)));
        BOTH(isa, mpcache_unit_lookup(AT(result_planes), e, d, table, planes, m, n));
        same(&result_planes, isa, "mpcache_unit_lookup: result_planes");
        drop(&result_planes), free(e), free(d), free(table);
    }
}

static void every_unit_parities(int isa)
{
    EACH_SIZE(n, several_sizes) EACH_VALUE(m, 3, 12) {
        pair target = new_pair(sizeof(uint8_t) * (size_t)(32 * MPC_UNIT(m)));
        SECRET(target.expected, sizeof(uint8_t) * (size_t)(32 * MPC_UNIT(m))), SECRET(target.found,
            sizeof(uint8_t) * (size_t)(32 * MPC_UNIT(m)));
        uint8_t *e = random_bytes(sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m)));
        SECRET(e, sizeof(uint8_t) * (size_t)(n * MPC_UNIT(m)));
        uint64_t *d = random_bytes(sizeof(uint64_t) * (size_t)(n));
        uint32_t *groups = random_bytes(sizeof(uint32_t) * (size_t)(n));
        BOTH(isa, mpcache_unit_parities(AT(target), e, d, groups, m, n));
        same(&target, isa, "mpcache_unit_parities: target");
        drop(&target), free(e), free(d), free(groups);
    }
}

static void every_digits_compare(int isa)
{
    EACH_SIZE(n, several_sizes) EACH_VALUE(m, 3, 12) EACH_VALUE(digits, 1, 64 / m) {
        pair greater = new_pair(sizeof(uint64_t) * (size_t)(digits * MPC_BITS(n)));
        SECRET(greater.expected, sizeof(uint64_t) * (size_t)(digits * MPC_BITS(n))), SECRET(greater.found,
            sizeof(uint64_t) * (size_t)(digits * MPC_BITS(n)));
        pair equal = new_pair(sizeof(uint64_t) * (size_t)(digits * MPC_BITS(n)));
        SECRET(equal.expected, sizeof(uint64_t) * (size_t)(digits * MPC_BITS(n))), SECRET(equal.found,
            sizeof(uint64_t) * (size_t)(digits * MPC_BITS(n)));
        uint8_t *e = random_bytes(sizeof(uint8_t) * (size_t)(n * digits * MPC_UNIT(m)));
        SECRET(e, sizeof(uint8_t) * (size_t)(n * digits * MPC_UNIT(m)));
        uint64_t *d = random_bytes(sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_digits_compare(AT(greater), AT(equal), e, d, digits, m, n));
        same(&greater, isa, "mpcache_digits_compare: greater");
        same(&equal, isa, "mpcache_digits_compare: equal");
        drop(&greater), drop(&equal), free(e), free(d);
    }
}

static void every_and_masks(int isa)
{
    EACH_SIZE(words, several_sizes) EACH_VALUE(k, 1, 10) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(MPC_SUBSETS(k) * words));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(MPC_SUBSETS(k) * words)), SECRET(result.found,
            sizeof(uint64_t) * (size_t)(MPC_SUBSETS(k) * words));
        uint64_t *rho = random_bytes(sizeof(uint64_t) * (size_t)(k * words));
        SECRET(rho, sizeof(uint64_t) * (size_t)(k * words));
        BOTH(isa, mpcache_and_masks(AT(result), rho, k, words));
        same(&result, isa, "mpcache_and_masks: result");
        drop(&result), free(rho);
    }
}

static void every_and_finish(int isa)
{
    EACH_SIZE(words, several_sizes) EACH_VALUE(k, 1, 10) EACH_VALUE(first, 0, 1) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(words));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(words)), SECRET(result.found, sizeof(uint64_t) * (size_t)(words));
        uint64_t *u = random_bytes(sizeof(uint64_t) * (size_t)(k * words));
        uint64_t *rho_products = random_bytes(sizeof(uint64_t) * (size_t)(MPC_SUBSETS(k) * words));
        SECRET(rho_products, sizeof(uint64_t) * (size_t)(MPC_SUBSETS(k) * words));
        BOTH(isa, mpcache_and_finish(AT(result), u, rho_products, k, first, words));
        same(&result, isa, "mpcache_and_finish: result");
        drop(&result), free(u), free(rho_products);
    }
}

static void every_chain_masks(int isa)
{
    EACH_SIZE(words, several_sizes) EACH_VALUE(k, 1, 9) {
        pair products = new_pair(sizeof(uint64_t) * (size_t)(MPC_CHAIN(k) * words));
        SECRET(products.expected, sizeof(uint64_t) * (size_t)(MPC_CHAIN(k) * words)), SECRET(products.found,
            sizeof(uint64_t) * (size_t)(MPC_CHAIN(k) * words));
        uint64_t *masks = random_bytes(sizeof(uint64_t) * (size_t)((2 * k - 1) * words));
        SECRET(masks, sizeof(uint64_t) * (size_t)((2 * k - 1) * words));
        BOTH(isa, mpcache_chain_masks(AT(products), masks, k, words));
        same(&products, isa, "mpcache_chain_masks: products");
        drop(&products), free(masks);
    }
}

static void every_chain_finish(int isa)
{
    EACH_SIZE(words, several_sizes) EACH_VALUE(k, 1, 9) EACH_VALUE(first, 0, 1) {
        pair result = new_pair(sizeof(uint64_t) * (size_t)(words));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(words)), SECRET(result.found, sizeof(uint64_t) * (size_t)(words));
        uint64_t *u = random_bytes(sizeof(uint64_t) * (size_t)((2 * k - 1) * words));
        uint64_t *products = random_bytes(sizeof(uint64_t) * (size_t)(MPC_CHAIN(k) * words));
        SECRET(products, sizeof(uint64_t) * (size_t)(MPC_CHAIN(k) * words));
        BOTH(isa, mpcache_chain_finish(AT(result), u, products, k, first, words));
        same(&result, isa, "mpcache_chain_finish: result");
        drop(&result), free(u), free(products);
    }
}

static void every_exp2_neg(int isa)
{
    EACH_SIZE(n, one_size) EACH_VALUE(frac_bits, 0, 24) EACH_VALUE(out_bits, 8, 50) {
        if (MPC_POWER(frac_bits + 6) == 0 && n != 0)
            continue;
        pair result = new_pair(sizeof(uint64_t) * (size_t)(n));
        SECRET(result.expected, sizeof(uint64_t) * (size_t)(n)), SECRET(result.found, sizeof(uint64_t) * (size_t)(n));
        uint64_t *t = random_bytes(sizeof(uint64_t) * (size_t)(n));
        for (int64_t i = 0; i < n; i++)
            t[i] = (uint64_t)(t[i] % (uint64_t)(MPC_POWER(frac_bits + 6)));
        SECRET(t, sizeof(uint64_t) * (size_t)(n));
        BOTH(isa, mpcache_exp2_neg(AT(result), t, frac_bits, out_bits, n));
        same(&result, isa, "mpcache_exp2_neg: result");
        drop(&result), free(t);
    }
}

static void every_kernel(int isa)
{
    every_prg_fill(isa);
    every_prg_add(isa);
    every_prg_sub(isa);
    every_prg_xor(isa);
    every_add(isa);
    every_sub(isa);
    every_mul(isa);
    every_scale_add(isa);
    every_beaver(isa);
    every_shift(isa);
    every_pack(isa);
    every_unpack(isa);
    every_unpack_add(isa);
    every_gemm_nt_u64_i16(isa);
    every_gemm_nt_u64(isa);
    every_gemm_nn_u64(isa);
    every_gemm_nn_u16(isa);
    every_extract_bit(isa);
    every_expand_bits(isa);
    every_permute_rows(isa);
    every_widen_finish(isa);
    every_bit_to_word(isa);
    every_bit_times(isa);
    every_bit_times_scaled(isa);
    every_unit_xor(isa);
    every_unit_lookup(isa);
    every_unit_parities(isa);
    every_digits_compare(isa);
    every_and_masks(isa);
    every_and_finish(isa);
    every_chain_masks(isa);
    every_chain_finish(isa);
    every_exp2_neg(isa);
}
