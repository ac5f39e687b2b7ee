using System.Security.Cryptography;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>Writes a pack's corrections; the file has its name only when it is whole and on the disk.</summary>
internal sealed class PackWriter : ICorrectionSink, IDisposable
{
    private readonly string _path, _partial;
    private readonly FileStream _file;
    private readonly IncrementalHash _keyed;
    private readonly Action<long>? _progress;
    private readonly byte[] _block = new byte[PackFile.Block];
    private int _used;
    private long _number;

    public PackWriter(string path, ReadOnlySpan<byte> key, Action<long>? progress)
    {
        (_path, _partial, _progress) = (path, $"{path}.partial", progress);
        _keyed = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        _file = PrivateFile.OpenNew(_partial);
    }

    /// <summary>Bytes of corrections so far.</summary>
    public long Dealt { get; private set; }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> piece)
    {
        Dealt += piece.Length;
        while (piece.Length > 0)
        {
            int take = Math.Min(piece.Length, _block.Length - _used);
            piece[..take].CopyTo(_block.AsSpan(_used));
            _used += take;
            piece = piece[take..];
            if (_used == _block.Length)
            {
                EndBlock();
            }
        }
    }

    /// <summary>The pack is whole.</summary>
    public void Finish()
    {
        if (_used > 0)
        {
            EndBlock();
        }

        _file.Flush(flushToDisk: true);
        _file.Dispose();
        File.Move(_partial, _path, overwrite: false);
    }

    private void EndBlock()
    {
        _file.Write(_block.AsSpan(0, _used));
        _file.Write(PackFile.HashOf(_keyed, _number++, _block.AsSpan(0, _used)));
        _used = 0;
        _progress?.Invoke(Dealt);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _keyed.Dispose();
        File.Delete(_partial);
    }
}
