namespace MPCache.Bench;

/// <summary>A fault had more consequences than it may have.</summary>
internal sealed class FaultException(string message) : Exception(message);
