using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>A site's matrix in 16-bit integers, its parts stacked: the server's and the clear engine's form.</summary>
public sealed class QuantisedMatrix : IWeights
{
    private readonly short[] _values;
    private readonly (int Rows, int Frac, float[]? Bias)[] _parts;

    /// <summary>Rounds each part to integers times 2^-frac.</summary>
    public QuantisedMatrix(IReadOnlyList<FoldedMatrix> parts, IReadOnlyList<int> fracs)
    {
        Columns = parts[0].Columns;
        Rows = parts.Sum(p => p.Rows);
        _parts = [.. parts.Zip(fracs, (p, f) => (p.Rows, f, p.Bias))];
        _values = new short[(long)Rows * Columns];
        int at = 0;
        for (int p = 0; p < parts.Count; p++)
        {
            float scale = MathF.ScaleB(1, fracs[p]);
            foreach (float value in parts[p].Values)
            {
                _values[at++] = (short)Math.Clamp(MathF.Round(value * scale), short.MinValue, short.MaxValue);
            }
        }
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Frac => _parts[0].Frac;

    /// <inheritdoc/>
    public ReadOnlySpan<short> Plain => _values;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Masked => default;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> BiasFor(int xFrac)
    {
        if (_parts.All(p => p.Bias is null))
        {
            return default;
        }

        ulong[] bias = new ulong[Rows];
        int at = 0;
        foreach ((int rows, int frac, float[]? values) in _parts)
        {
            for (int i = 0; values is not null && i < rows; i++)
            {
                bias[at + i] = (ulong)(long)Math.Round(Math.ScaleB((double)values[i], xFrac + frac));
            }

            at += rows;
        }

        return bias;
    }
}
