namespace MPCache.BindingGenerator;

/// <summary>
/// What the tests of all languages run over. A number takes every value of a short range, else its ends and some between; flags take both.
/// Counts take the values below: around the widths of vectors and of words of bits.
/// </summary>
public static class CaseSizes
{
    /// <summary>A range up to this many values is tried whole.</summary>
    public const int Whole = 12;

    /// <summary>Of kernels with one size.</summary>
    public static readonly int[] One = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 200, 1000];

    /// <summary>Of kernels with several, which are tried together.</summary>
    public static readonly int[] Several = [0, 1, 2, 3, 5, 8, 17, 64, 70];
}
