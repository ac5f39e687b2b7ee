using System.Diagnostics;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What a generation tells its caller while it runs.</summary>
public interface IGenerationObserver
{
    /// <summary>Set-up: bytes of masked weights received, of so many.</summary>
    void Receiving(long bytes, long total);

    /// <summary>The model is known and the set-up is done.</summary>
    void Ready(PublicModel model);

    /// <summary>Prefill: tokens done, of so many.</summary>
    void Prefilled(int tokens, int total);

    /// <summary>A token was generated.</summary>
    void Token(int id, double seconds);

    /// <summary>
    /// A number left the range of its fixed-point format while the prompt ran (token 0) or while the token of this place was computed: from
    /// there on the text is not the
    /// model's.
    /// </summary>
    void LeftRange(int token);
}
