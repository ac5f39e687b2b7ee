using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>A session that cannot go on. The message is for this process's user alone; peers get <see cref="Reason"/>.</summary>
public sealed class SessionException(EndReason reason, string message, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>What peers are told.</summary>
    public EndReason Reason { get; } = reason;
}
