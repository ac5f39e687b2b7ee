using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Places after a secret shuffle, open to both parties; where values are not held the shuffle alone. Places that stand in order have a
/// second shuffle behind them, of the
/// kept ones.
/// </summary>
internal sealed class SecretPlaces(int candidates, int kept, SecretPermutation order, int[][]? places, SecretPlaces? then = null)
    : HiddenPlaces(order.Rows / candidates, candidates, kept)
{
    public SecretPermutation Order => order;

    /// <summary>For each row the kept places, in the shuffled order.</summary>
    public int[][]? Places => places;

    /// <summary>A second shuffle of the kept ones, which brings them in order.</summary>
    public SecretPlaces? Then => then;

    public override HiddenPlaces Of(int[] rows) => Blocks(rows);

    private SecretPlaces Blocks(int[] rows) =>
        new(Candidates, Kept, order.Blocks(rows, Candidates), places is null ? null : [.. rows.Select(r => places[r])], then?.Blocks(rows));
}
