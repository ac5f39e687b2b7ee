using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// One matrix of the server's, as each role holds it: W (n x k, 16-bit integers) at the server, F = W - B at the client, B at the dealer,
/// nothing at the cost engine. Row-major, outputs x inputs, so that a product runs along rows.
/// </summary>
public interface IWeights
{
    /// <summary>Outputs n.</summary>
    int Rows { get; }

    /// <summary>Inputs k.</summary>
    int Columns { get; }

    /// <summary>
    /// Fractional bits of W's first rows; where parts stacked into one matrix have scales of their own, the caller knows them.
    /// </summary>
    int Frac { get; }

    /// <summary>W at the server and in the clear.</summary>
    ReadOnlySpan<short> Plain { get; }

    /// <summary>F at the client, B at the dealer.</summary>
    ReadOnlySpan<ulong> Masked { get; }

    /// <summary>
    /// Bias (n words) at the scale of the product with an X of so many fractional bits, at the server and in the clear; empty where there
    /// is none.
    /// </summary>
    ReadOnlySpan<ulong> BiasFor(int xFrac);
}
