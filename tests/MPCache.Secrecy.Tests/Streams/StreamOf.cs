namespace MPCache.Secrecy.Tests;

/// <summary>A party's randomness: fills words with its stream of a nonce, always alike.</summary>
/// <param name="nonce">As <see cref="DealtCorrelations"/> numbers draws: the kind in the top byte, a counter below.</param>
/// <param name="words">Filled whole.</param>
internal delegate void StreamOf(ulong nonce, Span<ulong> words);
