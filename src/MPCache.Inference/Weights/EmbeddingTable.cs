using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>The embedding table in 16-bit integers as one role holds it, or its sizes alone.</summary>
public sealed unsafe class EmbeddingTable(nint values, int vocabulary, int width, int frac) : IEmbeddingTable
{
    /// <inheritdoc/>
    public int Vocabulary => vocabulary;

    /// <inheritdoc/>
    public int Width => width;

    /// <inheritdoc/>
    public int Frac => frac;

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> Table => values == 0 ? default : new ReadOnlySpan<ushort>((void*)values, checked(vocabulary * width));
}
