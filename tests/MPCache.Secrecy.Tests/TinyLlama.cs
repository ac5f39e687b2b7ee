namespace MPCache.Secrecy.Tests;

/// <summary>One tiny model for all tests of a class.</summary>
public sealed class TinyLlama : IDisposable
{
    /// <summary>Tokens that it was made for.</summary>
    internal const int Context = 256;

    internal TinyParties Parties { get; } = new("llama", Context);

    public void Dispose() => Parties.Dispose();
}
