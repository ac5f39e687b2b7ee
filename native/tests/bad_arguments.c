/* Every kind of bad argument is refused, and then nothing is written. */
#include "check.h"

int main(void)
{
    uint64_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8}, out[8], untouched[8];
    uint32_t index[2] = {0, 9};
    uint8_t bytes[64] = {0};
    mpcache_aes128 schedule;
    memset(out, 0x5a, sizeof out);
    memcpy(untouched, out, sizeof out);
    memset(&schedule, 0, sizeof schedule);
#define REFUSED(call) CHECK((call) == MPCACHE_BAD_ARGUMENT, "accepted: %s", #call)
    REFUSED(mpcache_add(NULL, a, a, 8));
    REFUSED(mpcache_add(out, NULL, a, 8));
    REFUSED(mpcache_add(out, a, a, -1));
    REFUSED(mpcache_shift(out, a, 0, 65, 0, 8));
    REFUSED(mpcache_shift(out, a, 0, 0, 0, 8));
    REFUSED(mpcache_shift(out, a, 0, 8, 8, 8));
    REFUSED(mpcache_pack(bytes, a, 9, 8));
    REFUSED(mpcache_unpack(out, bytes, 0, 8));
    REFUSED(mpcache_unpack_add(out, bytes, 3, -8));
    REFUSED(mpcache_beaver(out, a, a, a, a, a, 2, 8));
    REFUSED(mpcache_prg_fill(NULL, 0, 0, out, 8));
    REFUSED(mpcache_prg_fill(&schedule, 0, 0, NULL, 8));
    REFUSED(mpcache_gemm_nt_u64(out, 1, a, 1, a, 1, 2, 2, 2, 0));
    REFUSED(mpcache_gemm_nt_u64(out, 2, a, 2, a, 2, 2, 2, 2, 2));
    REFUSED(mpcache_gemm_nn_u64(out, 2, a, 2, a, 1, 2, 2, 2, 0));
    REFUSED(mpcache_extract_bit(out, a, 64, 8));
    REFUSED(mpcache_permute_rows(out, a, index, 2, 8, 1));
    REFUSED(mpcache_widen_finish(out, a, a, a, a, a, 64, 1, 8));
    REFUSED(mpcache_widen_finish(out, a, a, a, a, a, 0, 1, 8));
    REFUSED(mpcache_bit_to_word(out, a, a, 2, 1, 8));
    REFUSED(mpcache_bit_times_scaled(out, a, a, a, a, 64, 8));
    REFUSED(mpcache_unit_xor((uint8_t *)out, a, 2, 8));
    REFUSED(mpcache_unit_xor((uint8_t *)out, a, 13, 8));
    REFUSED(mpcache_unit_lookup(out, bytes, a, bytes, -1, 3, 8));
    REFUSED(mpcache_digits_compare(out, out, bytes, a, 17, 4, 8));
    REFUSED(mpcache_and_finish(out, a, a, 0, 1, 1));
    REFUSED(mpcache_and_finish(out, a, a, 11, 1, 1));
    REFUSED(mpcache_chain_finish(out, a, a, 10, 1, 1));
    REFUSED(mpcache_chain_finish(out, a, a, 1, 3, 1));
    REFUSED(mpcache_exp2_neg(out, a, 25, 30, 8));
    REFUSED(mpcache_exp2_neg(out, a, 13, 51, 8));
    CHECK(memcmp(out, untouched, sizeof out) == 0, "a refused call wrote to its output");
    CHECK(mpcache_isa_select(99) == MPCACHE_UNAVAILABLE, "an unknown set was accepted");
    CHECK(mpcache_add(NULL, NULL, NULL, 0) == MPCACHE_OK, "nothing to do is no error");
    printf("%d failures\n", failures);
    return failures != 0;
}
