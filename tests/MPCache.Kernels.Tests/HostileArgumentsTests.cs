using MPCache.Interop;

namespace MPCache.Kernels.Tests;

/// <summary>
/// Bad arguments straight at the library, past the checks in C#: refused on every set, and nothing is written.
/// </summary>
public sealed unsafe class HostileArgumentsTests
{
    private const int Bytes = 4096;

    private delegate int Call(ulong* a, ulong* o);

    public static TheoryData<string> Sets => [.. InstructionSets.All.Skip(1)];

    /// <summary>In every call a is readable, o is what must not change, and one argument is wrong.</summary>
    private static readonly (string What, Call Run)[] s_calls =
    [
        ("expand: no schedule", (a, o) => NativeMethods.Aes128Expand(null, (byte*)a)),
        ("expand: no key", (a, o) => NativeMethods.Aes128Expand((NativeAes128*)o, null)),
        ("prg_fill: no schedule", (a, o) => NativeMethods.PrgFill(null, 0, 0, o, 4)),
        ("prg_fill: no output", (a, o) => NativeMethods.PrgFill((NativeAes128*)a, 0, 0, null, 4)),
        ("prg_add: negative", (a, o) => NativeMethods.PrgAdd((NativeAes128*)a, 0, 0, o, -1)),
        ("prg_sub: least", (a, o) => NativeMethods.PrgSub((NativeAes128*)a, 0, 0, o, long.MinValue)),
        ("prg_xor: no output", (a, o) => NativeMethods.PrgXor((NativeAes128*)a, 0, 0, null, 1)),
        ("add: no a", (a, o) => NativeMethods.Add(o, null, a, 4)),
        ("add: no b", (a, o) => NativeMethods.Add(o, a, null, 4)),
        ("add: no output", (a, o) => NativeMethods.Add(null, a, a, 4)),
        ("sub: negative", (a, o) => NativeMethods.Sub(o, a, a, -4)),
        ("mul: negative", (a, o) => NativeMethods.Mul(o, a, a, -4)),
        ("scale_add: no a", (a, o) => NativeMethods.ScaleAdd(o, null, 3, 4)),
        ("beaver: first 2", (a, o) => NativeMethods.Beaver(o, a, a, a, a, a, 2, 4)),
        ("beaver: no c", (a, o) => NativeMethods.Beaver(o, a, a, a, a, null, 1, 4)),
        ("shift: ring 0", (a, o) => NativeMethods.Shift(o, a, 0, 0, 0, 4)),
        ("shift: ring 65", (a, o) => NativeMethods.Shift(o, a, 0, 65, 0, 4)),
        ("shift: as far as the ring", (a, o) => NativeMethods.Shift(o, a, 0, 20, 20, 4)),
        ("shift: backwards", (a, o) => NativeMethods.Shift(o, a, 0, 20, -1, 4)),
        ("pack: 0 bytes", (a, o) => NativeMethods.Pack((byte*)o, a, 0, 4)),
        ("pack: 9 bytes", (a, o) => NativeMethods.Pack((byte*)o, a, 9, 4)),
        ("unpack: no input", (a, o) => NativeMethods.Unpack(o, null, 4, 4)),
        ("unpack_add: -1 bytes", (a, o) => NativeMethods.UnpackAdd(o, (byte*)a, -1, 4)),
        ("gemm_nt_u64_i16: rows too close", (a, o) => NativeMethods.GemmNtU64I16(o, 2, a, 1, (short*)a, 2, 2, 2, 2, 0)),
        ("gemm_nt_u64: accumulate 2", (a, o) => NativeMethods.GemmNtU64(o, 2, a, 2, a, 2, 2, 2, 2, 2)),
        ("gemm_nn_u64: negative k", (a, o) => NativeMethods.GemmNnU64(o, 2, a, 2, a, 2, 2, 2, -1, 0)),
        ("gemm_nn_u16: negative m", (a, o) => NativeMethods.GemmNnU16((ushort*)o, 2, (ushort*)a, 2, (ushort*)a, 2, -2, 2, 2, 0)),
        ("extract_bit: bit 64", (a, o) => NativeMethods.ExtractBit(o, a, 64, 4)),
        ("extract_bit: bit -1", (a, o) => NativeMethods.ExtractBit(o, a, -1, 4)),
        ("expand_bits: no bits", (a, o) => NativeMethods.ExpandBits(o, null, 4)),
        ("permute_rows: a row that is not there", (a, o) => NativeMethods.PermuteRows(o, a, (uint*)(a + 8), 4, 2, 1)),
        ("permute_rows: no indices", (a, o) => NativeMethods.PermuteRows(o, a, null, 4, 2, 1)),
        ("widen_finish: w 0", (a, o) => NativeMethods.WidenFinish(o, a, a, a, a, a, 0, 0, 4)),
        ("widen_finish: w 64", (a, o) => NativeMethods.WidenFinish(o, a, a, a, a, a, 64, 0, 4)),
        ("widen_finish: first 2", (a, o) => NativeMethods.WidenFinish(o, a, a, a, a, a, 20, 2, 4)),
        ("bit_to_word: no rho", (a, o) => NativeMethods.BitToWord(o, a, null, 1, 1, 4)),
        ("bit_times: no d", (a, o) => NativeMethods.BitTimes(o, a, a, a, null, a, 1, 4)),
        ("bit_times_scaled: shift 64", (a, o) => NativeMethods.BitTimesScaled(o, a, a, a, a, 64, 4)),
        ("unit_xor: m 2", (a, o) => NativeMethods.UnitXor((byte*)o, a, 2, 4)),
        ("unit_xor: m 13", (a, o) => NativeMethods.UnitXor((byte*)o, a, 13, 4)),
        ("unit_lookup: negative planes", (a, o) => NativeMethods.UnitLookup(o, (byte*)a, a, (byte*)a, -1, 4, 4)),
        ("unit_lookup: no table", (a, o) => NativeMethods.UnitLookup(o, (byte*)a, a, null, 2, 4, 4)),
        ("unit_parities: no groups", (a, o) => NativeMethods.UnitParities((byte*)o, (byte*)a, a, null, 4, 4)),
        ("digits_compare: more than 64 bits", (a, o) => NativeMethods.DigitsCompare(o, o + 32, (byte*)a, a, 9, 8, 4)),
        ("digits_compare: negative digits", (a, o) => NativeMethods.DigitsCompare(o, o + 32, (byte*)a, a, -1, 8, 4)),
        ("and_masks: k 11", (a, o) => NativeMethods.AndMasks(o, a, 11, 1)),
        ("and_finish: k 0", (a, o) => NativeMethods.AndFinish(o, a, a, 0, 0, 1)),
        ("chain_masks: k 10", (a, o) => NativeMethods.ChainMasks(o, a, 10, 1)),
        ("chain_finish: first -1", (a, o) => NativeMethods.ChainFinish(o, a, a, 3, -1, 1)),
        ("exp2_neg: 25 bits of fraction", (a, o) => NativeMethods.Exp2Neg(o, a, 25, 30, 4)),
        ("exp2_neg: 7 bits out", (a, o) => NativeMethods.Exp2Neg(o, a, 13, 7, 4)),
        ("exp2_neg: 61 bits out", (a, o) => NativeMethods.Exp2Neg(o, a, 13, 61, 4)),
    ];

    [SkippableTheory]
    [MemberData(nameof(Sets))]
    public void Refused_AndNothingWritten(string set)
    {
        Skip.IfNot(KernelSelection.Available().Contains(set), $"{set} is not available here.");
        byte[] input = new Data(1).Bytes(Bytes), before = new Data(2).Bytes(Bytes);
        foreach ((string what, Call run) in s_calls)
        {
            byte[] output = [.. before];
            int status = UsingSet.Run(set, () =>
            {
                fixed (byte* a = input, o = output)
                {
                    return run((ulong*)a, (ulong*)o);
                }
            });
            Assert.True(status == (int)NativeStatus.BadArgument, $"{what} on {set} returned {(NativeStatus)status}.");
            Assert.True(output.AsSpan().SequenceEqual(before), $"{what} on {set} wrote to its output.");
        }
    }

    [SkippableFact]
    public void NothingToDo_TakesNull()
    {
        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);
        Assert.Equal(0, NativeMethods.Add(null, null, null, 0));
        Assert.Equal(0, NativeMethods.Pack(null, null, 3, 0));
        Assert.Equal(0, NativeMethods.GemmNtU64(null, 0, null, 0, null, 0, 0, 0, 0, 0));
        Assert.Equal(0, NativeMethods.UnitLookup(null, null, null, null, 0, 8, 0));
    }

    [SkippableTheory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void UnknownSet_IsUnavailable_AndChangesNothing(int isa)
    {
        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);
        int before = NativeMethods.IsaActive();
        Assert.Equal(0, NativeMethods.IsaAvailable(isa));
        Assert.Equal((int)NativeStatus.Unavailable, NativeMethods.IsaSelect(isa));
        Assert.Equal(before, NativeMethods.IsaActive());
    }
}
