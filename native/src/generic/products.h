/*
 * Products of bits in one round, on planes of packed bits, a block of words at a time. A product of k bits u_i xor rho_i is the sum over
 * subsets S of rho_S times the u_i outside S; it is folded one variable at a time, from 2^k terms to one.
 */
enum { PRODUCT_BLOCK = 8 };

/* terms: 2^k rows of PRODUCT_BLOCK words, indexed by subset; u: k planes `stride` words apart. The result is row 0. */
static inline void K(fold)(uint64_t (*terms)[PRODUCT_BLOCK], const uint64_t *u, int64_t stride, int32_t k, int64_t count)
{
    for (int32_t i = k - 1; i >= 0; i--) {
        int64_t half = (int64_t)1 << i;
        for (int64_t s = 0; s < half; s++)
            for (int64_t w = 0; w < count; w++)
                terms[s][w] = (terms[s][w] & u[i * stride + w]) ^ terms[s + half][w];
    }
}

static void K(and_masks)(uint64_t *out, const uint64_t *rho, int32_t k, int64_t words)
{
    for (int64_t s = 1; s < (int64_t)1 << k; s++) {
        int64_t rest = s & (s - 1);
        int32_t lowest = 0;
        while (((s >> lowest) & 1) == 0)
            lowest++;
        uint64_t *to = out + (s - 1) * words;
        const uint64_t *bit = rho + lowest * words;
        if (rest == 0)
            memcpy(to, bit, (size_t)words * 8);
        else
            for (int64_t w = 0; w < words; w++)
                to[w] = bit[w] & out[(rest - 1) * words + w];
    }
}

static void K(and_finish)(uint64_t *out, const uint64_t *u, const uint64_t *products, int32_t k, int32_t first, int64_t words)
{
    uint64_t terms[1024][PRODUCT_BLOCK];
    for (int64_t at = 0; at < words; at += PRODUCT_BLOCK) {
        int64_t count = words - at < PRODUCT_BLOCK ? words - at : PRODUCT_BLOCK;
        for (int64_t w = 0; w < count; w++)
            terms[0][w] = first ? UINT64_MAX : 0;
        for (int64_t s = 1; s < (int64_t)1 << k; s++)
            for (int64_t w = 0; w < count; w++)
                terms[s][w] = products[(s - 1) * words + at + w];
        K(fold)(terms, u + at, words, k, count);
        for (int64_t w = 0; w < count; w++)
            out[at + w] = terms[0][w];
    }
}

static void K(chain_masks)(uint64_t *products, const uint64_t *masks, int32_t k, int64_t words)
{
    const uint64_t *q = masks + k * words;
    uint64_t *to = products + (((int64_t)1 << (k - 1)) - 1) * words;
    if (k > 1)
        K(and_masks)(products, q, k - 1, words);
    for (int32_t j = 0; j < k; j++)
        for (int64_t s = 0; s < (int64_t)1 << (k - 1 - j); s++, to += words) {
            const uint64_t *g = masks + j * words, *rest = products + ((s << j) - 1) * words;
            for (int64_t w = 0; w < words; w++)
                to[w] = s == 0 ? g[w] : g[w] & rest[w];
        }
}

static void K(chain_finish)(uint64_t *out, const uint64_t *u, const uint64_t *products, int32_t k, int32_t first, int64_t words)
{
    uint64_t terms[256][PRODUCT_BLOCK];
    for (int64_t at = 0; at < words; at += PRODUCT_BLOCK) {
        int64_t count = words - at < PRODUCT_BLOCK ? words - at : PRODUCT_BLOCK;
        uint64_t sum[PRODUCT_BLOCK] = {0};
        const uint64_t *with_gt = products + (((int64_t)1 << (k - 1)) - 1) * words + at;
        for (int32_t j = 0; j < k; j++) {
            int32_t suffix = k - 1 - j;
            for (int64_t s = 0; s < (int64_t)1 << suffix; s++, with_gt += words) {
                const uint64_t *alone = products + ((s << j) - 1) * words + at;
                for (int64_t w = 0; w < count; w++) {
                    uint64_t q = s == 0 ? (first ? UINT64_MAX : 0) : alone[w];
                    terms[s][w] = (u[j * words + at + w] & q) ^ with_gt[w];
                }
            }
            K(fold)(terms, u + (k + j) * words + at, words, suffix, count);
            for (int64_t w = 0; w < count; w++)
                sum[w] ^= terms[0][w];
        }
        for (int64_t w = 0; w < count; w++)
            out[at + w] = sum[w];
    }
}

#ifndef BY_HAND
void K(mpcache_fill_products)(kernel_table *t)
{
    t->and_masks = K(and_masks);
    t->and_finish = K(and_finish);
    t->chain_masks = K(chain_masks);
    t->chain_finish = K(chain_finish);
}
#endif
