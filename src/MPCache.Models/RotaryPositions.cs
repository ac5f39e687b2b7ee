using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>
/// Rotary positions (Su et al., 2021): number i of a head turns together with number i + dimensions/2, by the angle
/// position x base^(-2i/dimensions) / factor i. Numbers from <see cref="Dimensions"/> on are not rotated.
/// </summary>
public sealed record RotaryPositions
{
    /// <summary>Base of the frequencies.</summary>
    public required float Base { get; init; }

    /// <summary>How many numbers of a head are rotated; even.</summary>
    public required int Dimensions { get; init; }

    /// <summary>What each of the dimensions/2 frequencies is divided by (linear scaling, or Llama 3.1's); empty for none.</summary>
    public ImmutableArray<float> FrequencyFactors { get; init; } = [];

    /// <summary>Base of the frequencies of sliding layers, which are not scaled then; null where they are as all others.</summary>
    public float? LocalBase { get; init; }

    /// <summary>The angle of pair <paramref name="pair"/> at a position, in radians.</summary>
    /// <param name="position">From 0.</param>
    /// <param name="pair">From 0 to dimensions/2 - 1.</param>
    /// <param name="local">Whether the layer slides.</param>
    public double Angle(int position, int pair, bool local)
    {
        bool own = local && LocalBase is not null;
        double angle = position * Math.Pow(own ? LocalBase!.Value : Base, -2.0 * pair / Dimensions);
        return own || FrequencyFactors.IsEmpty ? angle : angle / FrequencyFactors[pair];
    }

    /// <summary>The factors of Llama 3.1's scaling: low frequencies are divided by <paramref name="factor"/>, high ones left, those between
    /// blended.</summary>
    /// <param name="factor">For wavelengths above <paramref name="context"/> / <paramref name="low"/>.</param>
    /// <param name="low">Low-frequency factor.</param>
    /// <param name="high">High-frequency factor; above <paramref name="low"/>.</param>
    /// <param name="context">Context length before scaling.</param>
    public RotaryPositions WithLlama3Scaling(double factor, double low, double high, int context) => this with
    {
        FrequencyFactors = [.. Enumerable.Range(0, Dimensions / 2).Select(i =>
        {
            double waves = context / (2 * Math.PI * Math.Pow(Base, 2.0 * i / Dimensions)); // in the context before scaling
            double smooth = Math.Clamp((waves - low) / (high - low), 0, 1);
            return (float)(1 / (((1 - smooth) / factor) + smooth));
        })],
    };

    /// <summary>All frequencies divided by the same factor.</summary>
    public RotaryPositions WithLinearScaling(float factor)
        => this with { FrequencyFactors = [.. Enumerable.Repeat(factor, Dimensions / 2)] };
}
