using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary>One protocol of the benchmark. Inputs are public random numbers that every role draws alike, so that only shares need to differ.</summary>
/// <param name="Name">Name of the row; several sizes share one.</param>
/// <param name="Size">Elements of the result.</param>
/// <param name="Ring">Bits of the input's ring.</param>
/// <param name="Frac">Fractional bits of the input.</param>
/// <param name="Inputs">The input, fixed point.</param>
/// <param name="Program">The protocol as a role runs it.</param>
/// <param name="Exact">What exact arithmetic gives for the input's real values.</param>
internal sealed record ProtocolRow(string Name, int Size, int Ring, int Frac, Func<long[]> Inputs, Func<Role, Func<Mpc, Secret, ValueTask<Secret>>> Program, Func<double[], double[]> Exact)
{
    /// <summary>The result is packed bits, shared by exclusive or.</summary>
    public bool Bits { get; init; }

    /// <summary>The error is relative to the exact value: results span many octaves.</summary>
    public bool Relative { get; init; }

    /// <summary>Figures are of the whole row rather than of an element.</summary>
    public bool Whole { get; init; }

    /// <summary>False where nothing exact is computed to compare with.</summary>
    public bool HasExact { get; init; } = true;

    /// <summary>Timed runs, after one that warms up.</summary>
    public int Repeats => Size >= 1_000_000 ? 3 : Size >= 100_000 ? 5 : 9;
}
