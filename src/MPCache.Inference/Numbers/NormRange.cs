namespace MPCache.Inference;

/// <summary>Bounds of a row's sum of squares: 2^Low and 2^High.</summary>
public readonly record struct NormRange(int Low, int High);
