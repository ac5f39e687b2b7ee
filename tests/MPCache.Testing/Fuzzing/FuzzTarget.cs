namespace MPCache.Testing;

/// <summary>Something that reads bytes from outside.</summary>
/// <param name="Name">In lower case; also its folder in the corpus.</param>
/// <param name="Seeds">Good inputs, of which damaged ones are made.</param>
/// <param name="Read">
/// Reads an input, goes as far with it as the product would, and returns what came of it: "read", or the message with which it was refused.
/// Whatever it throws is a finding.
/// </param>
public sealed record FuzzTarget(string Name, Lazy<byte[][]> Seeds, Func<byte[], string> Read)
{
    /// <summary>Bytes at the beginning where most damage is done: a header before data.</summary>
    public int Header { get; init; } = int.MaxValue;

    /// <summary>Whether inputs are JSON, to be damaged as such too.</summary>
    public bool IsJson { get; init; }

    /// <summary>Bytes that reading one input may allocate.</summary>
    public long MostAllocated { get; init; } = 64 << 20;
}
