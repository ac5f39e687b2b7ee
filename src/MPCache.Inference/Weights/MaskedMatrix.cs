using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>A matrix as the client (F) or the dealer (B) holds it, or its sizes alone.</summary>
public sealed unsafe class MaskedMatrix(nint words, int rows, int columns, int frac) : IWeights
{
    /// <inheritdoc/>
    public int Rows => rows;

    /// <inheritdoc/>
    public int Columns => columns;

    /// <inheritdoc/>
    public int Frac => frac;

    /// <inheritdoc/>
    public ReadOnlySpan<short> Plain => default;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Masked => words == 0 ? default : new ReadOnlySpan<ulong>((void*)words, checked(rows * columns));

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> BiasFor(int xFrac) => default;
}
