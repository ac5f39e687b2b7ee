namespace MPCache.Cache;

/// <summary>What stays has the shortest keys: no attention is needed, and on shares a token costs 8 dealt bytes beside its ranking.</summary>
public sealed class KeyNormEviction<T>(ICacheOperations<T> operations, CacheShape shape, KeepRule rule)
    : CountEviction<T>(operations, shape, rule)
{
    /// <summary>Squares of lengths are compared up to here: keys longer than 256 count wrongly on shares.</summary>
    private const long LargestSquare = 1 << 16;

    /// <summary>
    /// Bits by which keys' ring must exceed that of scores, so that squares of lengths with 22 fractional bits fit: scores have 5 bits before
    /// the point at least.
    /// </summary>
    public const int Growth = 14;

    /// <inheritdoc/>
    protected override ValueTask<T> Importances(int[] layers, IReadOnlyList<LayerCache<T>> caches)
    {
        T Negative(int layer)
        {
            Factor<T> keys = caches[layer].Keys.Read(Rule.Sinks, Candidates);
            return Operations.Negate(Operations.SumsOfRuns(Operations.Squares(keys), Shape.HeadDim));
        }

        T all = Operations.Beside(1, [.. layers.Select(Negative)]);
        return new(Operations.Comparable(all, LargestSquare));
    }
}
