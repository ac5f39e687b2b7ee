using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MPCache.Transport;

/// <summary>
/// Protects the frames of one direction of a link: AES-128-GCM (NIST SP 800-38D) over each piece, its header as associated data. The nonce
/// is the piece's place on the link, which is not sent: a piece that was changed, repeated, moved, dropped or injected does not open, nor
/// does any after it.
/// </summary>
/// <remarks>
/// After 2^16 frames (16 GiB at most, 2^30 blocks) the key is replaced by one that follows from it and from which it does not follow, so
/// that the chance of telling the cipher from a random function stays below 2^-68 a key. Not safe for two threads at a time.
/// </remarks>
internal sealed class FrameCipher : IDisposable
{
    /// <summary>Bytes that protection adds to a piece.</summary>
    public const int TagBytes = 16;

    /// <summary>Bytes of the secret that a direction begins with.</summary>
    public const int SecretBytes = 32;

    /// <summary>Frames under one key.</summary>
    internal const int FramesPerKey = 1 << 16;

    private const int KeyBytes = 16, NonceBytes = 12;

    private readonly byte[] _secret = new byte[SecretBytes], _nonce = new byte[NonceBytes];
    private AesGcm _aes;
    private ulong _frames;

    /// <param name="secret">32 bytes that only both ends know, of this direction of this link alone; copied.</param>
    public FrameCipher(ReadOnlySpan<byte> secret)
    {
        secret.CopyTo(_secret);
        _aes = Key();
    }

    /// <summary>Encrypts the next piece.</summary>
    /// <param name="header">Its header, which stays readable.</param>
    /// <param name="payload">The piece.</param>
    /// <param name="sealed">Where it goes encrypted, and the tag behind it.</param>
    public void Seal(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> @sealed)
    {
        Next();
        _aes.Encrypt(_nonce, payload, @sealed[..payload.Length], @sealed.Slice(payload.Length, TagBytes), header);
    }

    /// <summary>Decrypts the next piece where it lies.</summary>
    /// <exception cref="AuthenticationTagMismatchException">It is not what the peer sealed as this one; all of it is zero
    /// now.</exception>
    public void Open(ReadOnlySpan<byte> header, Span<byte> payload, ReadOnlySpan<byte> tag)
    {
        Next();
        _aes.Decrypt(_nonce, payload, tag, payload, header);
    }

    private void Next()
    {
        if (_frames > 0 && _frames % FramesPerKey == 0)
        {
            Span<byte> next = stackalloc byte[SecretBytes];
            HKDF.Expand(HashAlgorithmName.SHA256, _secret, next, "mpcache next secret"u8);
            next.CopyTo(_secret);
            CryptographicOperations.ZeroMemory(next);
            _aes.Dispose();
            _aes = Key();
        }

        BinaryPrimitives.WriteUInt64BigEndian(_nonce.AsSpan(NonceBytes - sizeof(ulong)), _frames++);
    }

    private AesGcm Key()
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, _secret, key, "mpcache key"u8);
        var aes = new AesGcm(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        return aes;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _aes.Dispose();
    }
}
