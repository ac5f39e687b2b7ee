using MPCache.Interop;

namespace MPCache.Kernels;

/// <summary>The names of the sets of kernels and the rule that picks one. Nothing here calls the library.</summary>
internal static class InstructionSets
{
    /// <summary>The environment variable that picks a set.</summary>
    public const string Variable = "MPCACHE_ISA";

    /// <summary>The kernels in C#.</summary>
    public const string Managed = "managed";

    /// <summary>All names, from the slowest to the fastest.</summary>
    public static readonly string[] All = [Managed, "scalar", "avx2", "avx512"];

    /// <summary>The library's number of a native set.</summary>
    public static NativeIsa Number(string name) => name switch
    {
        "scalar" => NativeIsa.Scalar,
        "avx2" => NativeIsa.Avx2,
        "avx512" => NativeIsa.Avx512,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not a native set of kernels."),
    };

    /// <summary>The set to use: the one asked for, or the fastest of those available.</summary>
    /// <param name="requested">Value of the variable; null or empty where it is not set.</param>
    /// <param name="available">The sets that can run here, from the slowest to the fastest.</param>
    /// <param name="whyNot">Says why native sets are missing, for the message.</param>
    public static string Choose(string? requested, IReadOnlyList<string> available, string? whyNot)
    {
        string name = (requested ?? "").Trim();
        if (name.Length == 0)
        {
            return Fastest(available);
        }

        string choices = $"Available here: {string.Join(", ", available)}.";
        if (!All.Contains(name))
        {
            throw new KernelException($"{Variable}={name} names no set of kernels. {choices}");
        }

        return available.Contains(name)
            ? name
            : throw new KernelException($"{Variable}={name} is not available. {choices} {whyNot ?? "This processor cannot run it."}");
    }

    /// <summary>
    /// The native scalar kernels are slower than the managed ones where those have vectors, but whoever has built the
    /// library has a processor with at least AVX2 in all but odd cases, so that the plain order is the right one.
    /// </summary>
    private static string Fastest(IReadOnlyList<string> available) => All.Last(available.Contains);
}
