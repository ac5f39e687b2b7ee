namespace MPCache.Protocols;

/// <summary>Where the dealer's corrections go: to a server at the other end of a link, or into a pack.</summary>
public interface ICorrectionSink
{
    /// <summary>Takes a piece of at least one byte; it may be reused when the call returns.</summary>
    /// <exception cref="IOException">It could not be sent or stored.</exception>
    void Write(ReadOnlySpan<byte> piece);
}
