using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MPCache.Transport;

/// <summary>
/// One end of the handshake of an encrypted link: TLS 1.3 (RFC 8446) with certificates of both sides, and inside it 32 random bytes each
/// way, from which both ends derive the keys of the frames that follow (<see cref="FrameCipher"/>). Bytes go in and come out in memory, and
/// nothing here waits. Whether the peer's key is trusted is for the caller to say, before anything else is said.
/// </summary>
/// <remarks>
/// .NET hands out no exporter (RFC 8446, 7.5), hence the bytes inside: only who holds the two proven keys knows them, and each end draws
/// its own afresh, so that no two links have a key in common even if the other end repeats itself.
/// </remarks>
internal sealed class Handshake : IDisposable
{
    /// <summary>Bytes of the peer's part at most.</summary>
    public const int Longest = 1 << 14;

    /// <summary>First byte of a record during a handshake, and of one that ends it.</summary>
    public const byte HandshakeRecord = 22, AlertRecord = 21;

    private const int RecordHeaderBytes = 5;

    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
        ? new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256])
        : null;

    private readonly bool _connects;
    private readonly SslStream _ssl;
    private readonly MemoryDuplex _records = new();
    private readonly Task _tls;
    private readonly byte[] _own = RandomNumberGenerator.GetBytes(FrameCipher.SecretBytes),
        _peers = new byte[FrameCipher.SecretBytes + 1], // one more would show that the peer says something else
        _header = new byte[RecordHeaderBytes];
    private string? _peerKey;
    private int _taken, _headed, _left, _heard;
    private bool _told;
    private ValueTask<int>? _read;

    private Handshake(bool connects, Func<SslStream, RemoteCertificateValidationCallback, Task> authenticate)
    {
        _connects = connects;
        _ssl = new SslStream(_records, leaveInnerStreamOpen: false);
        using var context = new NoContext();
        _tls = authenticate(_ssl, (_, certificate, _, _) =>
        {
            _peerKey = certificate is X509Certificate2 shown ? Keyring.FingerprintOf(shown.PublicKey.ExportSubjectPublicKeyInfo()) : null;
            return true; // the key is what counts, and the caller says whether it is trusted
        });
    }

    /// <summary>Both ends have proved that they hold their keys, and agree on the frames' keys; null until then.</summary>
    public LinkKeys? Keys { get; private set; }

    /// <summary>The end that connects.</summary>
    public static Handshake Connecting(Keyring keys) => new(true, (ssl, check) => ssl.AuthenticateAsClientAsync(
        new SslClientAuthenticationOptions
        {
            TargetHost = "mpcache",
            ClientCertificateContext = keys.Certificate,
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            CertificateChainPolicy = NoChain(),
            RemoteCertificateValidationCallback = check,
            CipherSuitesPolicy = Suites,
        }));

    /// <summary>The end that listens.</summary>
    public static Handshake Accepting(Keyring keys) => new(false, (ssl, check) => ssl.AuthenticateAsServerAsync(
        new SslServerAuthenticationOptions
        {
            ServerCertificateContext = keys.Certificate,
            ClientCertificateRequired = true,
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            CertificateChainPolicy = NoChain(),
            RemoteCertificateValidationCallback = check,
            CipherSuitesPolicy = Suites,
        }));

    /// <summary>Takes bytes as they came, in whatever parts, up to the end of the peer's part.</summary>
    /// <returns>Bytes taken; what is left belongs to frames.</returns>
    /// <exception cref="AuthenticationException">They are no handshake, or were changed, repeated or injected on the way.</exception>
    public int Feed(ReadOnlySpan<byte> bytes)
    {
        using var context = new NoContext();
        int at = 0;
        while (at < bytes.Length && Keys is null)
        {
            ReadOnlySpan<byte> rest = bytes[at..];
            int take = _left > 0 ? TakeBody(rest) : TakeHeader(rest);
            at += take;
            if ((_taken += take) > Longest)
            {
                throw new AuthenticationException("the handshake is too long.");
            }
        }

        return at;
    }

    /// <summary>What is to be sent; it is handed out once.</summary>
    public byte[] Outgoing() => _records.TakeWritten();

    private int TakeHeader(ReadOnlySpan<byte> bytes)
    {
        int take = Math.Min(RecordHeaderBytes - _headed, bytes.Length);
        bytes[..take].CopyTo(_header.AsSpan(_headed));
        _headed += take;
        if (_headed == RecordHeaderBytes)
        {
            _headed = 0;
            _left = BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(3));
            _records.Feed(_header);
        }

        return take;
    }

    private int TakeBody(ReadOnlySpan<byte> bytes)
    {
        int take = Math.Min(_left, bytes.Length);
        _records.Feed(bytes[..take]);
        _left -= take;
        if (_left == 0)
        {
            Advance();
        }

        return take;
    }

    private void Advance()
    {
        if (_tls.IsFaulted)
        {
            throw new AuthenticationException(_tls.Exception!.InnerException!.Message, _tls.Exception.InnerException);
        }

        if (!_tls.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            if (!_told)
            {
                _ssl.Write(_own);
                _told = true;
            }

            Hear();
        }
        catch (IOException e)
        {
            throw new AuthenticationException(e.InnerException?.Message ?? e.Message, e);
        }
    }

    private void Hear()
    {
        while (_heard < FrameCipher.SecretBytes)
        {
            ValueTask<int> read = _read ?? _ssl.ReadAsync(_peers.AsMemory(_heard));
            if (!read.IsCompleted)
            {
                _read = read;
                return;
            }

            _read = null;
            int got = read.GetAwaiter().GetResult();
            _heard += got;
            if (got == 0 || _heard > FrameCipher.SecretBytes)
            {
                throw new AuthenticationException("the peer ended the handshake, or speaks another version.");
            }
        }

        Keys = Derive();
    }

    private LinkKeys Derive()
    {
        byte[] peers = _peers[..FrameCipher.SecretBytes], both = _connects ? [.. _own, .. peers] : [.. peers, .. _own];
        byte[] up = Secret(both, "mpcache connecting end sends"u8), down = Secret(both, "mpcache listening end sends"u8);
        var keys = new LinkKeys(_peerKey, new FrameCipher(_connects ? up : down), new FrameCipher(_connects ? down : up));
        foreach (byte[] secret in (byte[][])[_own, _peers, peers, both, up, down])
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        return keys;
    }

    private static byte[] Secret(byte[] both, ReadOnlySpan<byte> whose)
    {
        byte[] secret = new byte[FrameCipher.SecretBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, both, secret, salt: [], info: whose);
        return secret;
    }

    /// <summary>No authority is asked, no list of them read, and nothing that a certificate names is fetched.</summary>
    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };

    /// <summary>Ends the handshake's own part; keys that it gave out live on.</summary>
    public void Dispose()
    {
        _ssl.Dispose();
        _ = _tls.Exception; // looked at
    }

    /// <summary>What waits for records goes on inside <see cref="Feed"/>, on its thread, whatever scheduler the caller is under.</summary>
    private readonly ref struct NoContext
    {
        private readonly SynchronizationContext? _before = SynchronizationContext.Current;

        public NoContext()
        {
            if (_before is not null)
            {
                SynchronizationContext.SetSynchronizationContext(null);
            }
        }

        public void Dispose()
        {
            if (_before is not null)
            {
                SynchronizationContext.SetSynchronizationContext(_before);
            }
        }
    }
}
