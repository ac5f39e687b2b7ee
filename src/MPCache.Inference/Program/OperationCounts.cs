namespace MPCache.Inference;

/// <summary>How much of what other engines have prices for attention and its policy have done: sizes alone.</summary>
/// <param name="SoftmaxElements">Scores that softmax was taken of.</param>
/// <param name="RankedCandidates">Values that were ranked.</param>
/// <param name="OneHotElements">Elements of the one-hot rows, as long as the candidates, that would name those that were chosen.</param>
public readonly record struct OperationCounts(long SoftmaxElements, long RankedCandidates, long OneHotElements)
{
    /// <summary>Both together.</summary>
    public static OperationCounts operator +(OperationCounts a, OperationCounts b) => new(
        a.SoftmaxElements + b.SoftmaxElements,
        a.RankedCandidates + b.RankedCandidates,
        a.OneHotElements + b.OneHotElements);

    /// <summary>What was done in between.</summary>
    public static OperationCounts operator -(OperationCounts a, OperationCounts b) => new(
        a.SoftmaxElements - b.SoftmaxElements,
        a.RankedCandidates - b.RankedCandidates,
        a.OneHotElements - b.OneHotElements);
}
