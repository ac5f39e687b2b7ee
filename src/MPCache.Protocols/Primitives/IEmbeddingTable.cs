using System.Runtime.InteropServices;
using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// The embedding table as each role holds it: W (vocabulary x width) in Z_2^16 at the server, F = W - B at the client, B at the dealer.
/// </summary>
public interface IEmbeddingTable
{
    /// <summary>Rows of the table.</summary>
    int Vocabulary { get; }

    /// <summary>Columns.</summary>
    int Width { get; }

    /// <summary>Fractional bits.</summary>
    int Frac { get; }

    /// <summary>W, F or B, whichever this role holds.</summary>
    ReadOnlySpan<ushort> Table { get; }
}
