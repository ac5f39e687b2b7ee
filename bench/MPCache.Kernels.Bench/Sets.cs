using System.Runtime.Intrinsics.X86;

namespace MPCache.Kernels.Bench;

/// <summary>Which instruction sets can be measured here.</summary>
internal static class Sets
{
    /// <summary>Values of MPCACHE_ISA.</summary>
    public static readonly string[] All = ["managed", "scalar", "avx2", "avx512"];

    public static bool Available(string set) => set switch
    {
        "avx2" => Avx2.IsSupported && Aes.IsSupported,
        "avx512" => Avx512DQ.IsSupported && Avx512BW.IsSupported && Avx512F.VL.IsSupported,
        _ => true,
    };
}
