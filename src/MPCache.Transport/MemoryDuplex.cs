using System.Threading.Tasks.Sources;

namespace MPCache.Transport;

/// <summary>
/// A stream whose other end is memory: reads take what was fed, or wait until more is, and go on within that call; writes are collected.
/// </summary>
internal sealed class MemoryDuplex : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _waiting; // its continuation runs where the result is set
    private bool _waits;
    private Memory<byte> _wanted;
    private byte[] _in = new byte[1 << 13], _out = new byte[1 << 13];
    private int _start, _end, _written;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Gives bytes to read.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_start > 0 && _end + bytes.Length > _in.Length)
        {
            _in.AsSpan(_start, _end - _start).CopyTo(_in);
            (_start, _end) = (0, _end - _start);
        }

        if (_end + bytes.Length > _in.Length)
        {
            Array.Resize(ref _in, Math.Max(_end + bytes.Length, 2 * _in.Length));
        }

        bytes.CopyTo(_in.AsSpan(_end));
        _end += bytes.Length;
        if (_waits && _end > _start)
        {
            _waits = false;
            _waiting.SetResult(Take(_wanted.Span));
        }
    }

    /// <summary>What was written and not taken before.</summary>
    public byte[] TakeWritten()
    {
        byte[] written = _out[.._written];
        _written = 0;
        return written;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_end > _start || buffer.IsEmpty)
        {
            return new(Take(buffer.Span));
        }

        _waiting.Reset();
        (_wanted, _waits) = (buffer, true);
        return new(this, _waiting.Version);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_written + buffer.Length > _out.Length)
        {
            Array.Resize(ref _out, Math.Max(_written + buffer.Length, 2 * _out.Length));
        }

        buffer.CopyTo(_out.AsSpan(_written));
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    public override void Flush()
    {
    }

    /// <summary>The standard one goes to another thread, and with it what waits for the flush.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _waiting.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _waiting.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) =>
        _waiting.OnCompleted(continuation, state, token, flags);

    private int Take(Span<byte> into)
    {
        int take = Math.Min(into.Length, _end - _start);
        _in.AsSpan(_start, take).CopyTo(into);
        _start += take;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        return take;
    }
}
