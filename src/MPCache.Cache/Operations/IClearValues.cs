namespace MPCache.Cache;

/// <summary>
/// Looking at values: only the single-precision engine can. A policy that uses it says so in <see cref="CachePolicy.WhyNotOnShares"/>.
/// </summary>
public interface IClearValues<T>
{
    /// <summary>The values.</summary>
    ReadOnlySpan<float> Of(T x);

    /// <summary>A tensor of values.</summary>
    T From(float[] values);

    /// <summary>A factor of values.</summary>
    Factor<T> FactorOf(float[] values);

    /// <summary>Places of one's own choice, ascending, of <paramref name="candidates"/> in each row, equally many in each.</summary>
    HiddenPlaces Places(int candidates, int[][] places);

    /// <summary>Queries without the scale of scores, which they carry.</summary>
    float[] Unscaled(T queries);
}
