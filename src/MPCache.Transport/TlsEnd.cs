using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MPCache.Transport;

/// <summary>
/// One end of a TLS 1.3 connection (RFC 8446) whose records somebody else carries: bytes go in and come out in memory, and nothing here
/// waits.
/// Both ends show a certificate and prove that they hold its key; whether that key is trusted is for the caller to say, before anything
/// else is said.
/// One thread may seal while another feeds and takes.
/// </summary>
internal sealed class TlsEnd : IDisposable
{
    /// <summary>Bytes that a peer may send before its handshake is done.</summary>
    public const int LongestHandshake = 1 << 14;

    /// <summary>Bytes that sealing adds to a piece at most: 22 for each record of 16 KiB, with room.</summary>
    public const int MostAdded = 1 << 10;

    /// <summary>First byte of a record during a handshake, and of one that ends it.</summary>
    public const byte HandshakeRecord = 22, AlertRecord = 21;

    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
        ? new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256])
        : null;

    private readonly SslStream _ssl;
    private readonly MemoryDuplex _records = new();
    private readonly Task _handshake;
    private readonly byte[] _plain = new byte[1 << 16];
    private int _start, _end, _handshakeBytes;
    private ValueTask<int> _read;
    private bool _reading;
    private byte[] _staging = [];

    private TlsEnd(Func<SslStream, RemoteCertificateValidationCallback, Task> authenticate)
    {
        _ssl = new SslStream(_records, leaveInnerStreamOpen: false);
        using var context = new NoContext();
        _handshake = authenticate(_ssl, (_, certificate, _, _) =>
        {
            PeerKey = certificate is X509Certificate2 shown ? Keyring.FingerprintOf(shown.PublicKey.ExportSubjectPublicKeyInfo()) : null;
            return true; // the key is what counts, and the caller says whether it is trusted
        });
    }

    /// <summary>Both ends have proved that they hold their keys, and agree on the records' keys.</summary>
    public bool Established => _handshake.IsCompletedSuccessfully;

    /// <summary>Fingerprint of the peer's key once established; null where it showed none.</summary>
    public string? PeerKey { get; private set; }

    /// <summary>The end that connects.</summary>
    public static TlsEnd Connecting(Keyring keys) => new((ssl, check) => ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
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
    public static TlsEnd Accepting(Keyring keys) => new((ssl, check) => ssl.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
    {
        ServerCertificateContext = keys.Certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        CertificateChainPolicy = NoChain(),
        RemoteCertificateValidationCallback = check,
        CipherSuitesPolicy = Suites,
    }));

    /// <summary>Takes records, whole or in parts, as they came.</summary>
    /// <exception cref="AuthenticationException">They are none, or were changed, repeated or injected on the way.</exception>
    public void Feed(ReadOnlySpan<byte> records)
    {
        if (!Established && (_handshakeBytes += records.Length) > LongestHandshake)
        {
            throw new AuthenticationException("the handshake is too long.");
        }

        using var context = new NoContext();
        _records.Feed(records);
        if (_handshake.IsFaulted)
        {
            throw new AuthenticationException(_handshake.Exception!.InnerException!.Message, _handshake.Exception.InnerException);
        }

        if (Established)
        {
            Advance();
        }
    }

    /// <summary>Something can be taken.</summary>
    public bool HasPlain => _end > _start;

    /// <summary>Hands out what the peer sealed, as much as there is and fits.</summary>
    /// <returns>Bytes; 0 where nothing whole has come.</returns>
    /// <exception cref="AuthenticationException">A record was changed, repeated or injected on the way.</exception>
    public int Take(Span<byte> into)
    {
        int done = 0;
        while (HasPlain && done < into.Length)
        {
            int take = Math.Min(into.Length - done, _end - _start);
            _plain.AsSpan(_start, take).CopyTo(into[done..]);
            _start += take;
            done += take;
            Advance();
        }

        return done;
    }

    /// <summary>What is to be sent for the handshake; it is handed out once.</summary>
    public byte[] Outgoing() => _records.Written(reset: true).ToArray();

    /// <summary>Seals a message as records.</summary>
    /// <returns>The records, until the next call.</returns>
    /// <exception cref="AuthenticationException">The link has been found out to be tampered with before.</exception>
    public ReadOnlyMemory<byte> Seal(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int length = first.Length + second.Length;
        if (_staging.Length < length)
        {
            _staging = new byte[length];
        }

        first.CopyTo(_staging);
        second.CopyTo(_staging.AsSpan(first.Length));
        _records.Written(reset: true);
        try
        {
            _ssl.Write(_staging, 0, length);
        }
        catch (IOException e)
        {
            throw new AuthenticationException(e.InnerException?.Message ?? e.Message, e);
        }

        return _records.Written(reset: false);
    }

    /// <summary>No authority is asked, no list of them read, and nothing that a certificate names is fetched.</summary>
    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private void Advance()
    {
        using var context = new NoContext();
        while (!HasPlain)
        {
            if (!_reading)
            {
                (_read, _reading) = (_ssl.ReadAsync(_plain), true);
            }

            if (!_read.IsCompleted)
            {
                return;
            }

            _reading = false;
            try
            {
                (_start, _end) = (0, _read.GetAwaiter().GetResult());
            }
            catch (IOException e)
            {
                throw new AuthenticationException(e.InnerException?.Message ?? e.Message, e);
            }

            if (_end == 0)
            {
                throw new AuthenticationException("the peer ended the encryption.");
            }
        }
    }

    public void Dispose()
    {
        _ssl.Dispose();
        _ = _handshake.Exception; // looked at
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
