/*
 * The low bytes of words, little-endian. Words are moved by whole 8-byte loads and stores as long as these stay inside the buffer (each
 * store's surplus bytes are overwritten by the next); the last few elements go byte by byte.
 */
static void K(pack)(uint8_t *out, const uint64_t *in, int32_t bytes, int64_t n)
{
    int64_t i = 0, whole = n - (8 + bytes - 1) / bytes;
    if (bytes == 8) {
        if (n > 0)
            memcpy(out, in, (size_t)n * 8);
        return;
    }
    for (; i < whole; i++)
        store_le64(out + i * bytes, in[i]);
    for (; i < n; i++)
        for (int32_t j = 0; j < bytes; j++)
            out[i * bytes + j] = (uint8_t)(in[i] >> (8 * j));
}

static inline void K(unpack_width)(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n, int accumulate)
{
    int64_t i = 0, whole = n - (8 + bytes - 1) / bytes;
    uint64_t mask = ring_mask(8 * bytes), keep = accumulate ? UINT64_MAX : 0;
    for (; i < whole; i++)
        inout[i] = (inout[i] & keep) + (load_le64(in + i * bytes) & mask);
    for (; i < n; i++) {
        uint64_t v = 0;
        for (int32_t j = 0; j < bytes; j++)
            v |= (uint64_t)in[i * bytes + j] << (8 * j);
        inout[i] = (inout[i] & keep) + v;
    }
}

static inline void K(unpack_any)(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n, int accumulate)
{
    switch (bytes) { /* a constant width lets the compiler vectorise */
    case 1: K(unpack_width)(inout, in, 1, n, accumulate); break;
    case 2: K(unpack_width)(inout, in, 2, n, accumulate); break;
    case 3: K(unpack_width)(inout, in, 3, n, accumulate); break;
    case 4: K(unpack_width)(inout, in, 4, n, accumulate); break;
    case 5: K(unpack_width)(inout, in, 5, n, accumulate); break;
    case 6: K(unpack_width)(inout, in, 6, n, accumulate); break;
    case 7: K(unpack_width)(inout, in, 7, n, accumulate); break;
    default: K(unpack_width)(inout, in, 8, n, accumulate); break;
    }
}

static void K(unpack)(uint64_t *out, const uint8_t *in, int32_t bytes, int64_t n) { K(unpack_any)(out, in, bytes, n, 0); }
static void K(unpack_add)(uint64_t *inout, const uint8_t *in, int32_t bytes, int64_t n) { K(unpack_any)(inout, in, bytes, n, 1); }

#ifndef BY_HAND
void K(mpcache_fill_wire)(kernel_table *t)
{
    t->pack = K(pack);
    t->unpack = K(unpack);
    t->unpack_add = K(unpack_add);
}
#endif
