using System.Security.Cryptography;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>Reads a pack's corrections, block by block; a block is handed out only once its hash is right.</summary>
internal sealed class PackReader : ICorrectionSource, IDisposable
{
    private readonly FileStream _file;
    private readonly IncrementalHash _keyed;
    private readonly string _path;
    private readonly byte[] _hash = new byte[PackFile.Hash];
    private long _left, _number;

    /// <summary>Opens a pack of known size.</summary>
    /// <exception cref="IOException">It is not there, or of another size.</exception>
    public PackReader(string path, PackTicket ticket)
    {
        (_path, _left) = (path, ticket.DealtBytes);
        if (!File.Exists(path))
        {
            throw new IOException($"{path} is missing: copy it from the dealer beside its ticket. The pack was not begun.");
        }

        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (_file.Length != PackFile.Length(_left))
        {
            long length = _file.Length;
            _file.Dispose();
            throw new IOException($"{path} has {length:N0} bytes where its ticket says {PackFile.Length(_left):N0}: it was cut off or is "
                + $"another pack's. Copy it from the dealer again. The pack was not begun.");
        }

        _keyed = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, ticket.BlockKey);
    }

    /// <inheritdoc/>
    public int Read(Span<byte> piece)
    {
        int length = (int)Math.Min(_left, PackFile.Block);
        if (length == 0)
        {
            throw new IOException($"{_path} holds no more corrections: the pack was dealt for fewer tokens than are run.");
        }

        _file.ReadExactly(piece[..length]);
        _file.ReadExactly(_hash);
        if (!CryptographicOperations.FixedTimeEquals(_hash, PackFile.HashOf(_keyed, _number++, piece[..length])))
        {
            throw new IOException($"{_path} is damaged near byte {(_number - 1) * (PackFile.Block + PackFile.Hash):N0}. The session ends; "
                + $"this pack is spent. Check the disk, and use another pack.");
        }

        _left -= length;
        return length;
    }

    /// <summary>Whether all has been read.</summary>
    public bool Ended => _left == 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _keyed.Dispose();
    }
}
