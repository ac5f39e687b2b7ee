namespace MPCache.Bench;

/// <summary>
/// A small generator whose sequence is fixed for ever (SplitMix64, Steele et al. 2014), so that a suite is the same on every machine and
/// runtime; <see cref="Random"/> promises that for no version but its own. Not for secrets.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from 0 to <paramref name="below"/> - 1.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    /// <summary>One of a list.</summary>
    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>A number of five digits, the first not 0.</summary>
    public string FiveDigits() => (10_000 + Below(90_000)).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
