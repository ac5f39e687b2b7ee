namespace MPCache.Cache;

/// <summary>How a cache is thinned while text is generated, all of it public.</summary>
/// <param name="Budget">Tokens that stay when it is thinned.</param>
/// <param name="Every">Steps from one thinning to the next; the cache grows in between.</param>
/// <param name="Sums">True where importance is all attention received so far; else what the present query gives.</param>
public sealed record RunningRule(int Budget, int Every, bool Sums)
{
    /// <summary>
    /// Mean attention of a head up to which a token counts for nothing: what lies below has no order in fixed point. Of such tokens the
    /// earliest stay, so what stays must stand in the order of the text.
    /// </summary>
    public const double Floor = 1e-3;

    /// <summary>Steps for which sums are scaled where an engine in the clear does not know how many there will be.</summary>
    public const int StepsInTheClear = 1024;

    /// <summary>Tokens in the cache at a step, the step's own among them.</summary>
    public int Cached(int prompt, int generated)
    {
        int cached = Math.Min(prompt, Budget);
        for (int step = 1; step <= generated; step++)
        {
            bool thinned = step > 1 && (step - 1) % Every == 0;
            cached = (thinned ? Math.Min(cached, Budget) : cached) + 1;
        }

        return cached;
    }
}
