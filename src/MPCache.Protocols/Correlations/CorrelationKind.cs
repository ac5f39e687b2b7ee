namespace MPCache.Protocols;

/// <summary>What is dealt: the kinds of correlated randomness that cost offline bytes. Masks and private bits come from seeds and cost none.</summary>
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
