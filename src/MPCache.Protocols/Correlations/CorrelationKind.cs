using System.Text.Json;

namespace MPCache.Protocols;

/// <summary>
/// What is dealt: the kinds of correlated randomness that cost offline bytes. Masks and private bits come from seeds and cost none.
/// </summary>
public enum CorrelationKind
{
    /// <summary>Element-wise products of masks (Beaver triples), scaled rows and sums of squares among them.</summary>
    Products,

    /// <summary>Matrix products of masks.</summary>
    MatrixProducts,

    /// <summary>Products of the client's masks with the masks of the server's weights.</summary>
    WeightProducts,

    /// <summary>Unit vectors of a mask's bits.</summary>
    UnitVectors,

    /// <summary>Products of all subsets of mask bits, for ANDs and carry chains.</summary>
    AndSubsets,

    /// <summary>Mask bits as words of a ring.</summary>
    BitsAsWords,

    /// <summary>Mask bits times a mask.</summary>
    BitProducts,

    /// <summary>Functions of a mask's low bits.</summary>
    LowBits,

    /// <summary>AND of a bit of the client's and one of the server's, for widening.</summary>
    PrivateAnds,

    /// <summary>Masks in an order that one party knows.</summary>
    PermutedRows,
}

/// <summary>Names of kinds, and lists of bytes by kind.</summary>
public static class CorrelationKinds
{
    /// <summary>As reports write it: <c>and-subsets</c>.</summary>
    public static string Word(this CorrelationKind kind) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>Bytes dealt so far, by the names of kinds; kinds without any are left out.</summary>
    public static Dictionary<string, long> DealtByKind(this ICorrelations correlations) =>
        Enum.GetValues<CorrelationKind>().Where(k => correlations.DealtOf(k) > 0).ToDictionary(Word, correlations.DealtOf);
}
