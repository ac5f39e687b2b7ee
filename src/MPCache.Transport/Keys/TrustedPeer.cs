using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>A peer whose key is believed.</summary>
/// <param name="Role">What it may be: a key trusted as a client's does not make a server.</param>
/// <param name="Fingerprint">SHA-256 of its public key, as <see cref="Keyring.Fingerprint"/> writes it.</param>
/// <param name="Note">Whose it is, in its owner's words.</param>
/// <param name="Models">At a dealer, for a server: beginnings of the SHA-256 of the models that may be dealt for; none means any.</param>
public sealed record TrustedPeer(Role Role, string Fingerprint, string? Note = null, IReadOnlyList<string>? Models = null);
