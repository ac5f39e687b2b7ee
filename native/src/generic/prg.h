/* The four uses of a stream, from the including file's prg(key, nonce, first_block, words, n, mode). */
#define PRG_USE(NAME, MODE)                                                                                            \
    static void K(NAME)(const mpcache_aes128 *key, uint64_t nonce, uint64_t first_block, uint64_t *words, int64_t n)  \
    {                                                                                                                  \
        prg(key, nonce, first_block, words, n, MODE);                                                                  \
    }

PRG_USE(prg_fill, PRG_FILL)
PRG_USE(prg_add, PRG_ADD)
PRG_USE(prg_sub, PRG_SUB)
PRG_USE(prg_xor, PRG_XOR)

void K(mpcache_fill_prg)(kernel_table *t)
{
    t->prg_fill = K(prg_fill);
    t->prg_add = K(prg_add);
    t->prg_sub = K(prg_sub);
    t->prg_xor = K(prg_xor);
}
