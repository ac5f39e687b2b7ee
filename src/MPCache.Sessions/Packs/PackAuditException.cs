namespace MPCache.Sessions;

/// <summary>A pack is not what an honest dealer deals.</summary>
public sealed class PackAuditException(long at, string message) : IOException(message)
{
    /// <summary>The first byte of the corrections that differs.</summary>
    public long At { get; } = at;
}
