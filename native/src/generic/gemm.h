/* Matrix products by plain loops, four outputs at once so that each load of X serves four; the compiler vectorises along k or n. */
#define GEMM_NT(NAME, X, W, CAST) \
    static void K(NAME)(X *y, int64_t ldy, const X *x, int64_t ldx, const W *w, int64_t ldw, int64_t m, \
        int64_t n, int64_t k, int32_t accumulate) \
    { \
        for (int64_t j = 0; j < n; j += 4) { \
            int64_t rows = n - j < 4 ? n - j : 4; \
            for (int64_t i = 0; i < m; i++) { \
                const X *xi = x + i * ldx; \
                X s[4] = {0, 0, 0, 0}; \
                if (rows == 4) { \
                    const W *w0 = w + j * ldw, *w1 = w0 + ldw, *w2 = w1 + ldw, *w3 = w2 + ldw; \
                    X s0 = 0, s1 = 0, s2 = 0, s3 = 0; \
                    for (int64_t t = 0; t < k; t++) { \
                        s0 += xi[t] * (X)(CAST)w0[t]; \
                        s1 += xi[t] * (X)(CAST)w1[t]; \
                        s2 += xi[t] * (X)(CAST)w2[t]; \
                        s3 += xi[t] * (X)(CAST)w3[t]; \
                    } \
                    s[0] = s0, s[1] = s1, s[2] = s2, s[3] = s3; \
                } else { \
                    for (int64_t r = 0; r < rows; r++) \
                        for (int64_t t = 0; t < k; t++) \
                            s[r] += xi[t] * (X)(CAST)w[(j + r) * ldw + t]; \
                } \
                for (int64_t r = 0; r < rows; r++) \
                    y[i * ldy + j + r] = (accumulate ? y[i * ldy + j + r] : 0) + s[r]; \
            } \
        } \
    }


GEMM_NT(gemm_nt_u64_i16, uint64_t, int16_t, int64_t)
GEMM_NT(gemm_nt_u64, uint64_t, uint64_t, uint64_t)

#define GEMM_NN(NAME, X, WIDE) \
    static void K(NAME)(X *y, int64_t ldy, const X *x, int64_t ldx, const X *w, int64_t ldw, int64_t m, \
        int64_t n, int64_t k, int32_t accumulate) \
    { \
        enum { BLOCK = 64 }; \
        for (int64_t j = 0; j < n; j += BLOCK) { \
            int64_t columns = n - j < BLOCK ? n - j : BLOCK; \
            for (int64_t i = 0; i < m; i++) { \
                X s[BLOCK] = {0}; \
                for (int64_t t = 0; t < k; t++) { \
                    WIDE f = x[i * ldx + t]; \
                    const X *row = w + t * ldw + j; \
                    if (columns == BLOCK) \
                        for (int64_t c = 0; c < BLOCK; c++) \
                            s[c] = (X)(s[c] + f * row[c]); \
                    else \
                        for (int64_t c = 0; c < columns; c++) \
                            s[c] = (X)(s[c] + f * row[c]); \
                } \
                X *to = y + i * ldy + j; \
                for (int64_t c = 0; c < columns; c++) \
                    to[c] = (X)((accumulate ? to[c] : 0) + s[c]); \
            } \
        } \
    }

GEMM_NN(gemm_nn_u64, uint64_t, uint64_t)
GEMM_NN(gemm_nn_u16, uint16_t, uint32_t)

#ifndef BY_HAND
void K(mpcache_fill_gemm)(kernel_table *t)
{
    t->gemm_nt_u64_i16 = K(gemm_nt_u64_i16);
    t->gemm_nt_u64 = K(gemm_nt_u64);
    t->gemm_nn_u64 = K(gemm_nn_u64);
    t->gemm_nn_u16 = K(gemm_nn_u16);
}
#endif
