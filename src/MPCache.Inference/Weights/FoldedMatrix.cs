using MPCache.Models;

namespace MPCache.Inference;

/// <summary>One matrix in floating point with everything folded that costs nothing in the clear. Row-major, outputs x inputs.</summary>
/// <param name="Values">Rows x columns.</param>
/// <param name="Bias">One per row, or null.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
public sealed record FoldedMatrix(float[] Values, float[]? Bias, int Rows, int Columns);
