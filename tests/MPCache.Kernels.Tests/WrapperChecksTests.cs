using K = MPCache.Kernels.Kernel;

namespace MPCache.Kernels.Tests;

/// <summary>The checks in C#: they name the argument, and come before anything is read or written.</summary>
public sealed class WrapperChecksTests
{
    private static readonly ulong[] s_long = new ulong[64];
    private static readonly ulong[] s_short = new ulong[3];
    private static readonly byte[] s_bytes = new byte[64];

    public static TheoryData<string, Action> Calls => new()
    {
        { "result", () => K.Add(s_short, s_long, s_long, 4) },
        { "a", () => K.Sub(s_long, s_short, s_long, 4) },
        { "b", () => K.Mul(s_long, s_long, s_short, 4) },
        { "target", () => K.ScaleAdd(s_short, s_long, 1, 4) },
        { "n", () => K.Add(s_long, s_long, s_long, -1) },
        { "c", () => K.Beaver(s_long, s_long, s_long, s_long, s_long, s_short, 1, 4) },
        { "first", () => K.Beaver(s_long, s_long, s_long, s_long, s_long, s_long, ulong.MaxValue, 4) },
        { "ringBits", () => K.Shift(s_long, s_long, 0, 65, 0, 4) },
        { "shift", () => K.Shift(s_long, s_long, 0, 8, 8, 4) },
        { "result", () => K.Pack(s_bytes, s_long, 8, 9) },
        { "bytes", () => K.Unpack(s_long, s_bytes, 9, 1) },
        { "ldx", () => K.GemmNtU64(s_long, 4, s_long, 3, s_long, 4, 4, 4, 4, 0) },
        { "w", () => K.GemmNnU64(s_long, 4, s_long, 4, s_short, 4, 4, 4, 4, 0) },
        { "accumulate", () => K.GemmNtU64(s_long, 4, s_long, 4, s_long, 4, 4, 4, 4, 2) },
        { "y", () => K.GemmNtU64(s_long, 40, s_long, 4, s_long, 4, 4, 4, 4, 0) },
        { "index", () => K.PermuteRows(s_long, s_long, new uint[] { 0, 9 }, 2, 9, 1) },
        { "w", () => K.WidenFinish(s_long, s_long, s_long, s_long, s_long, s_long, 64, 0, 4) },
        { "m", () => K.UnitXor(s_bytes, s_long, 13, 1) },
        { "e", () => K.UnitLookup(s_long, s_bytes, s_long, s_bytes, 1, 6, 9) },
        { "digits", () => K.DigitsCompare(s_long, s_long, s_bytes, s_long, 9, 8, 1) },
        { "rhoProducts", () => K.AndFinish(s_long, s_long, s_long, 7, 1, 1) },
        { "k", () => K.ChainMasks(s_long, s_long, 10, 1) },
        { "outBits", () => K.Exp2Neg(s_long, s_long, 13, 51, 1) },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void NamesTheArgument(string argument, Action call) =>
        Assert.Equal(argument, Assert.ThrowsAny<ArgumentException>(call).ParamName);
}
