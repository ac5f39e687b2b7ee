using System.Net.Sockets;

namespace MPCache.Transport;

/// <summary>
/// A connected socket that never blocks, and what has come over it and waits to be read. Any thread may send while one reads.
/// </summary>
internal sealed class TcpWire : IDisposable
{
    private const int Standard = 1 << 16;
    private const int Most = 1 << 30;

    private readonly Socket _socket;
    private byte[] _in = new byte[Standard];
    private int _start, _end;

    public TcpWire(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
        socket.SendBufferSize = socket.ReceiveBufferSize = 4 << 20; // the window
        socket.Blocking = false;
    }

    /// <summary>Nothing more will come: the peer's end is closed, or the connection broke.</summary>
    public bool Ended { get; private set; }

    /// <summary>Bytes that have been read from the socket.</summary>
    public long Received { get; private set; }

    /// <summary>What has come and was not consumed.</summary>
    public Span<byte> Kept => _in.AsSpan(_start, _end - _start);

    /// <summary>There is no room for more until something is consumed.</summary>
    public bool Full => _end - _start == _in.Length;

    public void Consume(int bytes)
    {
        _start += bytes;
        if (_start == _end)
        {
            _start = _end = 0;
            if (_in.Length > Standard)
            {
                _in = new byte[Standard];
            }
        }
    }

    /// <summary>Takes in what has come, as far as there is room; with <paramref name="grow"/> room is made.</summary>
    /// <returns>False when nothing had come, or there is no room.</returns>
    public bool TakeIn(bool grow = false)
    {
        if (_start > 0 && _end == _in.Length)
        {
            Kept.CopyTo(_in);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _in.Length && grow && _in.Length < Most)
        {
            Array.Resize(ref _in, 2 * _in.Length);
        }

        int got = _end < _in.Length ? Read(_in.AsSpan(_end)) : 0;
        _end += got;
        return got > 0;
    }

    /// <summary>Reads past the kept bytes, which must have been consumed. 0: nothing had come, or the peer has gone.</summary>
    public int Read(Span<byte> into)
    {
        int got = _socket.Receive(into, SocketFlags.None, out SocketError error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
        {
            return 0;
        }

        if (error != SocketError.Success || got == 0)
        {
            Ended = true;
            return 0;
        }

        Received += got;
        return got;
    }

    /// <summary>Hands over as many bytes as go without waiting; -1 when the connection broke.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => sent,
            SocketError.WouldBlock or SocketError.Interrupted or SocketError.NoBufferSpaceAvailable => 0,
            _ => -1,
        };
    }

    /// <summary>Waits until something can be read.</summary>
    public bool Readable(TimeSpan wait) => _socket.Poll(wait, SelectMode.SelectRead);

    /// <summary>Waits until something can be written, or read if there is room for it.</summary>
    /// <returns>Whether something can be read.</returns>
    public bool WritableOrReadable(TimeSpan wait)
    {
        List<Socket> read = Ended || _end - _start >= Most ? [] : [_socket], write = [_socket];
        Socket.Select(read, write, null, wait);
        return read.Count > 0;
    }

    /// <summary>Tells the peer that nothing more will come.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose() => _socket.Dispose();
}
