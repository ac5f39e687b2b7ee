using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Bits under masks: rho in XOR shares and, as words, in additive shares, so that an opened u = beta xor rho turns beta into a word.
/// Planes of n elements each; <paramref name="Words"/> is plane-major, n words a plane.
/// </summary>
public readonly record struct BitMasks(Words Bits, Words Words, int Planes, int Length)
{
    /// <summary>Additive shares of one plane's mask bits.</summary>
    public Words Plane(int plane) => Words.Slice(plane * Length, Length);
}
