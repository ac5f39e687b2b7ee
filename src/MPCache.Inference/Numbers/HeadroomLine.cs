using MPCache.Models;

namespace MPCache.Inference;

/// <summary>One line of the headroom report: how far from a limit the calibration stayed.</summary>
/// <param name="Tensor">Name.</param>
/// <param name="Layer">Layer; the number of layers for what follows the last.</param>
/// <param name="Seen">Magnitude that came nearest to the limit.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Room">Bits that are asked for.</param>
/// <param name="IsLowerEnd">True where magnitudes must not be smaller.</param>
public readonly record struct HeadroomLine(string Tensor, int Layer, double Seen, double Limit, double Room, bool IsLowerEnd)
{
    /// <summary>Spare bits.</summary>
    public double Bits => Math.Log2(IsLowerEnd ? Seen / Limit : Limit / Math.Max(Seen, 1e-30));
}
