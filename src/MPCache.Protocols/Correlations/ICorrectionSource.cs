namespace MPCache.Protocols;

/// <summary>Where the server's corrections come from: a dealer at the other end of a link, or a pack that was dealt ahead.</summary>
public interface ICorrectionSource
{
    /// <summary>Reads the next piece, as long as the source likes.</summary>
    /// <param name="piece">Where it goes; the longest that may come.</param>
    /// <returns>Its bytes, at least one.</returns>
    /// <exception cref="IOException">The source has failed, ended or been changed.</exception>
    int Read(Span<byte> piece);
}
