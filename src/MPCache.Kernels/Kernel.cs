using MPCache.Interop;

namespace MPCache.Kernels;

/// <summary>
/// The ring kernels. Each method checks its arguments, then runs the C kernel, or its managed twin where the library is absent or
/// not wanted; results are equal bit for bit. The methods are generated from native/include/mpcache.h, which states each kernel once.
/// </summary>
/// <remarks>
/// All arithmetic wraps modulo 2^64 (or the element's own width). Packed bits: bit i is bit i % 64 of word i / 64. Buffers must not
/// overlap, except where a parameter's text says so. Thread-safe: kernels keep no state.
/// </remarks>
public static unsafe partial class Kernel
{
    /// <summary>The set in use: managed, scalar, avx2 or avx512.</summary>
    public static string InstructionSet => KernelSelection.Name;

    /// <summary>What runs the kernels and why, for people: a few lines of text.</summary>
    public static string Describe()
    {
        string? requested = Environment.GetEnvironmentVariable(InstructionSets.Variable);
        string reason = string.IsNullOrWhiteSpace(requested) ? "the fastest available" : $"asked for by {InstructionSets.Variable}";
        string abi = NativeLibraryResolver.IsLoaded ? NativeMethods.AbiVersion().ToString() : "none loaded";
        return $"""
            library     {NativeLibraryResolver.LoadedFrom ?? NativeLibraryResolver.Explanation}
            abi         {abi} (this program: {NativeConstants.AbiVersion})
            in use      {InstructionSet} ({reason})
            available   {string.Join(", ", KernelSelection.Available())}
            """;
    }
}
