void K(mpcache_fill_gemm)(kernel_table *t)
{
    t->gemm_nt_u64_i16 = K(gemm_nt_u64_i16);
    t->gemm_nt_u64 = K(gemm_nt_u64);
    t->gemm_nn_u64 = K(gemm_nn_u64);
    t->gemm_nt_u32_i16 = K(gemm_nt_u32_i16);
    t->gemm_nn_u16 = K(gemm_nn_u16);
}
