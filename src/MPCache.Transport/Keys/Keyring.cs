using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// A role's own key (ECDSA over P-256) and the peers that it trusts, each by the fingerprint of its public key, as SSH users know it.
/// Nobody vouches for a key.
/// </summary>
public sealed class Keyring : IDisposable
{
    private const string Prefix = "SHA256:";
    private const int HashText = 43; // 32 bytes in base64 without padding

    private readonly ECDsa _key;
    private readonly Lazy<SslStreamCertificateContext> _certificate;

    internal Keyring(Role owner, ECDsa key, IEnumerable<TrustedPeer> trusted)
    {
        (Owner, _key, Trusted) = (owner, key, [.. trusted]);
        Fingerprint = FingerprintOf(key.ExportSubjectPublicKeyInfo());
        _certificate = new Lazy<SslStreamCertificateContext>(SelfSigned);
    }

    /// <summary>Whose key it is.</summary>
    public Role Owner { get; }

    /// <summary>SHA-256 of the public key (SubjectPublicKeyInfo, DER): <c>SHA256:</c> and 43 characters of base64.</summary>
    public string Fingerprint { get; }

    /// <summary>Whom it believes.</summary>
    public IReadOnlyList<TrustedPeer> Trusted { get; }

    /// <summary>What TLS shows of the key: a certificate that it signed itself and of which nothing but the key is looked at.</summary>
    internal SslStreamCertificateContext Certificate => _certificate.Value;

    /// <summary>A new key that trusts nobody yet.</summary>
    public static Keyring Create(Role owner) => new(owner, ECDsa.Create(ECCurve.NamedCurves.nistP256), []);

    /// <summary>One-time keys of several roles that trust each other, for processes that one user starts together.</summary>
    public static IReadOnlyDictionary<Role, Keyring> Together(params Role[] roles)
    {
        Keyring[] rings = [.. roles.Select(Create)];
        return rings.ToDictionary(
            ring => ring.Owner,
            ring => rings.Where(other => other != ring).Aggregate(ring, (all, other) => all.With(new TrustedPeer(other.Owner,
                other.Fingerprint))));
    }

    /// <summary>The same key, trusting one more; an entry of the same role and fingerprint is replaced.</summary>
    /// <exception cref="ArgumentException">The fingerprint is none, or the key's own.</exception>
    public Keyring With(TrustedPeer peer)
    {
        if (!IsFingerprint(peer.Fingerprint))
        {
            throw new ArgumentException(
                $"\"{peer.Fingerprint}\" is no fingerprint. Write {Prefix} and {HashText} characters, as \"mpcache keys show ROLE\" "
                    + $"prints at the peer.");
        }

        if (peer.Fingerprint == Fingerprint)
        {
            throw new ArgumentException($"{Fingerprint} is the {Owner.Word()}'s own key. Trust a peer's: what \"mpcache keys show "
                + $"{peer.Role.Word()}\" prints there.");
        }

        return new(Owner, _key, Trusted.Where(t => (t.Role, t.Fingerprint) != (peer.Role, peer.Fingerprint)).Append(peer));
    }

    /// <summary>The same key, without a peer.</summary>
    public Keyring Without(string fingerprint) => new(Owner, _key, Trusted.Where(t => t.Fingerprint != fingerprint));

    /// <summary>The entry under which a peer is trusted in a role; null where it is not.</summary>
    public TrustedPeer? Find(Role role, string? fingerprint) => Trusted.FirstOrDefault(t => t.Role == role && t.Fingerprint == fingerprint);

    /// <summary>Whether a text has a fingerprint's form.</summary>
    public static bool IsFingerprint(string text) =>
        text.Length == Prefix.Length + HashText && text.StartsWith(Prefix, StringComparison.Ordinal)
        && Convert.TryFromBase64String(text[Prefix.Length..] + "=", new byte[32], out int bytes) && bytes == 32;

    /// <summary>Fingerprint of a public key.</summary>
    internal static string FingerprintOf(ReadOnlySpan<byte> subjectPublicKeyInfo) =>
        Prefix + Convert.ToBase64String(SHA256.HashData(subjectPublicKeyInfo)).TrimEnd('=');

    internal byte[] PrivateKey() => _key.ExportPkcs8PrivateKey();

    private SslStreamCertificateContext SelfSigned()
    {
        var request = new CertificateRequest("CN=mpcache", _key, HashAlgorithmName.SHA256);
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(9999, 1, 1, 0, 0, 0,
            TimeSpan.Zero));
        return SslStreamCertificateContext.Create(certificate, null, offline: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_certificate.IsValueCreated)
        {
            _certificate.Value.TargetCertificate.Dispose();
        }

        _key.Dispose();
    }
}

/// <summary>Roles in texts.</summary>
internal static class RoleWords
{
    /// <summary>The role as users write it.</summary>
    public static string Word(this Role role) => role.ToString().ToLowerInvariant();
}
