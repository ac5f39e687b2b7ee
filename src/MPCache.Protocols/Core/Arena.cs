using System.Runtime.InteropServices;

namespace MPCache.Protocols;

/// <summary>
/// Temporary memory of one run of the program: a stack of aligned blocks outside the garbage collector. A layer takes what it needs and
/// gives all of it back at once, so the steady state allocates nothing.
/// </summary>
public sealed unsafe class Arena : IDisposable
{
    private const int Alignment = 64;
    private const long FirstBlock = 8L << 20;

    private readonly List<(nint Pointer, long Size)> _blocks = [];
    private int _block = -1;
    private long _used;

    /// <summary>Where the stack stands, for <see cref="Release"/>.</summary>
    public readonly record struct Mark(int Block, long Used);

    /// <summary>Memory reserved so far, bytes.</summary>
    public long Reserved { get; private set; }

    /// <summary>Takes <paramref name="length"/> words; their contents are unspecified.</summary>
    public Words Take(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        long bytes = (((long)length * sizeof(ulong)) + Alignment - 1) & ~(Alignment - 1L);
        if (bytes == 0)
        {
            bytes = Alignment;
        }

        while (_block < 0 || _used + bytes > _blocks[_block].Size)
        {
            NextBlock(bytes);
        }

        var words = new Words(_blocks[_block].Pointer + (nint)_used, length);
        _used += bytes;
        return words;
    }

    /// <summary>Takes <paramref name="length"/> words, all zero.</summary>
    public Words Zeros(int length)
    {
        Words words = Take(length);
        words.Span.Clear();
        return words;
    }

    /// <summary>The empty stack.</summary>
    public static Mark Bottom => new(-1, 0);

    /// <summary>The present height of the stack.</summary>
    public Mark Top => new(_block, _used);

    /// <summary>Gives back all that was taken since <paramref name="mark"/>. The contents are wiped by the next user, not here.</summary>
    public void Release(Mark mark)
    {
        _block = mark.Block;
        _used = mark.Used;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((nint pointer, long size) in _blocks)
        {
            NativeMemory.Clear((void*)pointer, (nuint)size); // shares of secrets do not outlive the run
            NativeMemory.AlignedFree((void*)pointer);
        }

        _blocks.Clear();
        _block = -1;
        _used = 0;
        Reserved = 0;
    }

    private void NextBlock(long bytes)
    {
        _block++;
        _used = 0;
        if (_block < _blocks.Count)
        {
            return;
        }

        long size = Math.Max(bytes, Math.Max(FirstBlock, Reserved / 2));
        _blocks.Add(((nint)NativeMemory.AlignedAlloc((nuint)size, Alignment), size));
        Reserved += size;
    }
}
