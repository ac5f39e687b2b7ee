namespace MPCache.Secrecy.Tests;

/// <summary>No randomness of the party explains the recorded view with another secret: the view tells something.</summary>
internal sealed class SimulationException(string message) : Exception(message);
