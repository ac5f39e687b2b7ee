using MPCache.Protocols;


namespace MPCache.Bench;

/// <summary>
/// One protocol of the benchmark. Inputs are public random numbers that every role draws alike, so that only shares need to differ.
/// </summary>
/// <param name="Name">Name of the row; several sizes share one.</param>
/// <param name="Size">Elements of the result.</param>
/// <param name="Ring">Bits of the input's ring.</param>
/// <param name="Frac">Fractional bits of the input.</param>
/// <param name="Inputs">The input, fixed point.</param>
/// <param name="Program">The protocol as a role runs it.</param>
/// <param name="Exact">What exact arithmetic gives for the input's real values.</param>
internal sealed record ProtocolRow(
    string Name,
    int Size,
    int Ring,
    int Frac,
    Func<long[]> Inputs,
    Func<Role, Func<Mpc, Secret, ValueTask<Secret>>> Program,
    Func<double[], double[]> Exact)
{
    /// <summary>The result is packed bits, shared by exclusive or.</summary>
    public bool Bits { get; init; }

    /// <summary>The error is relative to the exact value: results span many octaves.</summary>
    public bool Relative { get; init; }

    /// <summary>Figures are of the whole row rather than of an element.</summary>
    public bool Whole { get; init; }

    /// <summary>False where nothing exact is computed to compare with.</summary>
    public bool HasExact { get; init; } = true;

    /// <summary>Largest error of a result; null where nothing exact is known.</summary>
    /// <param name="result">One party's share of it, its ring and fractional bits.</param>
    /// <param name="share">The other's.</param>
    public double? Error((ulong[] Words, int Ring, int Frac) result, ulong[] share)
    {
        if (!HasExact)
        {
            return null;
        }

        double[] exact = Exact([.. Inputs().Select(v => Math.ScaleB((double)v, -Frac))]);
        double largest = 0;
        for (int i = 0; i < exact.Length; i++)
        {
            double value = Bits
                ? ((result.Words[i / 64] ^ share[i / 64]) >> (i % 64)) & 1
                : Math.ScaleB((double)((long)((result.Words[i] + share[i]) << (64 - result.Ring)) >> (64 - result.Ring)), -result.Frac);
            largest = Math.Max(largest, Math.Abs(value - exact[i]) / (Relative ? Math.Abs(exact[i]) : 1));
        }

        return largest;
    }

    /// <summary>Timed runs, after one that warms up.</summary>
    public int Repeats => Size >= 1_000_000 ? 3 : Size >= 100_000 ? 5 : 9;
}
