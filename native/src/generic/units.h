/*
 * Unit vectors of 2^m bits. A rotation by the public d is a window into a doubled copy of the vector or table, so its address depends on d
 * alone. Below m = 6 an element's vector is part of a word, above it is 2^m / 64 words.
 */
static inline uint64_t K(small_vector)(const uint8_t *e, int32_t m)
{
    uint64_t v = 0;
    memcpy(&v, e, (size_t)1 << (m - 3));
    return v;
}

/* Rotates the low 2^m bits (m <= 6) left by d. */
static inline uint64_t K(rotate_small)(uint64_t v, uint64_t d, int32_t m)
{
    uint64_t size = UINT64_C(1) << m;
    if (d == 0) /* d is public */
        return v;
    return ((v << d) | (v >> (size - d))) & ring_mask((int32_t)size);
}

static void K(unit_xor)(uint8_t *inout, const uint64_t *r, int32_t m, int64_t n)
{
    int64_t bytes = (int64_t)1 << (m - 3);
    uint64_t mask = (UINT64_C(1) << m) - 1;
    for (int64_t i = 0; i < n; i++) {
        uint64_t v = r[i] & mask;
        uint8_t *e = inout + i * bytes;
        if (m < 6) {
            uint64_t vector = K(small_vector)(e, m) ^ (UINT64_C(1) << v);
            memcpy(e, &vector, (size_t)bytes);
        } else {
            uint64_t bit = UINT64_C(1) << (v & 63), word = v >> 6;
            for (uint64_t w = 0; w < (UINT64_C(1) << (m - 6)); w++) { /* every word is touched: v is secret */
                uint64_t apart = w ^ word, here = ((apart | (0 - apart)) >> 63) - 1; /* all ones where w is the word */
                store_le64(e + 8 * w, load_le64(e + 8 * w) ^ (bit & here));
            }
        }
    }
}

/* table, doubled: 2^m bits twice and one word more. */
static inline void K(double_vector)(uint64_t *out, const uint8_t *table, int32_t m)
{
    int64_t words = (int64_t)1 << (m - 6);
    memcpy(out, table, (size_t)words * 8);
    memcpy(out + words, table, (size_t)words * 8);
    out[2 * words] = out[0];
}

static inline uint64_t K(window)(const uint64_t *doubled, uint64_t d, int64_t j)
{
    const uint64_t *p = doubled + (d >> 6) + j;
    uint64_t s = d & 63;
    return (p[0] >> s) | ((p[1] << 1) << (63 - s));
}

static void K(unit_lookup)(uint64_t *out, const uint8_t *e, const uint64_t *d, const uint8_t *table, int64_t planes, int32_t m, int64_t n)
{
    int64_t bytes = (int64_t)1 << (m - 3), plane_words = bit_words(n);
    uint64_t mask = (UINT64_C(1) << m) - 1;
    for (int64_t p = 0; p < planes; p++) {
        const uint8_t *t = table + p * bytes;
        uint64_t *plane = out + p * plane_words;
        for (int64_t w = 0; w < plane_words; w++)
            plane[w] = 0;
        if (m < 6) {
            uint64_t tv = K(small_vector)(t, m), size = UINT64_C(1) << m;
            for (int64_t i = 0; i < n; i++) { /* e[w] meets t[w + d]: t rotated right */
                uint64_t turned = K(rotate_small)(tv, (size - (d[i] & mask)) & mask, m);
                plane[i >> 6] |= parity64(K(small_vector)(e + i * bytes, m) & turned) << (i & 63);
            }
            continue;
        }
        uint64_t doubled[2 * 64 + 1];
        int64_t words = (int64_t)1 << (m - 6);
        K(double_vector)(doubled, t, m);
        for (int64_t i = 0; i < n; i++) {
            uint64_t sum = 0, at = d[i] & mask;
            for (int64_t j = 0; j < words; j++)
                sum ^= load_le64(e + i * bytes + 8 * j) & K(window)(doubled, at, j);
            plane[i >> 6] |= parity64(sum) << (i & 63);
        }
    }
}

static void K(unit_parities)(uint8_t *inout, const uint8_t *e, const uint64_t *d, const uint32_t *groups, int32_t m, int64_t n)
{
    int64_t bytes = (int64_t)1 << (m - 3), words = m < 6 ? 1 : (int64_t)1 << (m - 6);
    uint64_t mask = (UINT64_C(1) << m) - 1, size = UINT64_C(1) << m;
    uint64_t sums[64][32]; /* word of the vector, group */
    for (int64_t j = 0; j < words; j++)
        for (int g = 0; g < 32; g++)
            sums[j][g] = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t at = d[i] & mask, group = groups[i];
        uint64_t doubled[2 * 64 + 1];
        if (m >= 6)
            K(double_vector)(doubled, e + i * bytes, m);
        for (int64_t j = 0; j < words; j++) {
            /* onehot[v] = e[v - d]: a window that begins at 2^m - d */
            uint64_t v = m < 6 ? K(rotate_small)(K(small_vector)(e + i * bytes, m), at, m) : K(window)(doubled, (size - at) & mask, j);
            for (int g = 0; g < 32; g++)
                sums[j][g] ^= v & (0 - ((group >> g) & 1));
        }
    }
    for (int g = 0; g < 32; g++)
        for (int64_t j = 0; j < words; j++) {
            uint8_t *to = inout + g * bytes + 8 * j;
            uint64_t v = 0;
            memcpy(&v, to, m < 6 ? (size_t)bytes : 8);
            v ^= sums[j][g];
            memcpy(to, &v, m < 6 ? (size_t)bytes : 8);
        }
}

static void K(digits_compare)(uint64_t *out_gt, uint64_t *out_eq, const uint8_t *e, const uint64_t *d, int32_t digits, int32_t m, int64_t n)
{
    int64_t bytes = (int64_t)1 << (m - 3), plane_words = bit_words(n);
    uint64_t mask = (UINT64_C(1) << m) - 1;
    for (int64_t w = 0; w < digits * plane_words; w++)
        out_gt[w] = out_eq[w] = 0;
    for (int64_t i = 0; i < n; i++)
        for (int32_t j = 0; j < digits; j++) {
            const uint8_t *v = e + (i * digits + j) * bytes;
            uint64_t c = (~d[i] >> (m * j)) & mask, gt = 0, eq;
            if (m <= 6) {
                uint64_t vector = K(small_vector)(v, m) >> c;
                eq = vector & 1;
                gt = parity64(vector >> 1);
            } else {
                int64_t word = (int64_t)(c >> 6), words = bytes / 8;
                uint64_t at = load_le64(v + 8 * word) >> (c & 63);
                eq = at & 1;
                gt = at >> 1;
                for (int64_t t = word + 1; t < words; t++) /* c is public */
                    gt ^= load_le64(v + 8 * t);
                gt = parity64(gt);
            }
            out_gt[j * plane_words + (i >> 6)] |= gt << (i & 63);
            out_eq[j * plane_words + (i >> 6)] |= eq << (i & 63);
        }
}

#ifndef BY_HAND
void K(mpcache_fill_units)(kernel_table *t)
{
    t->unit_xor = K(unit_xor);
    t->unit_lookup = K(unit_lookup);
    t->unit_parities = K(unit_parities);
    t->digits_compare = K(digits_compare);
}
#endif
