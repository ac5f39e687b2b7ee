namespace MPCache.Inference;

/// <summary>A model whose numbers do not fit the rings, with the tensor that does not.</summary>
public sealed class CalibrationException(string message) : Exception(message);
