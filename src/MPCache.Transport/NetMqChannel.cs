using System.Diagnostics;
using MPCache.Protocols;
using NetMQ;
using NetMQ.Monitoring;
using NetMQ.Sockets;

namespace MPCache.Transport;

/// <summary>
/// One peer over NetMQ. The protocol's thread owns the socket; signs of life are ZMTP heartbeats, which NetMQ's own thread sends and
/// answers, so that a party
/// may compute for minutes and a stopped process is still noticed within <see cref="ChannelOptions.Silence"/>.
/// </summary>
/// <remarks>
/// Sending blocks while 64 pieces have not been
/// taken by the peer, which says every 16 pieces how many it has; meanwhile what the peer sends is taken in, so two parties that both send
/// before they receive
/// cannot block each other. The window is ours because NetMQ's own high-water mark stops the reading of a connection, signs of life
/// included.
/// </remarks>
public sealed class NetMqChannel : FramedChannel
{
    private const int Window = 64;
    private const int TakenPerWord = 16;

    /// <summary>
    /// Messages of one connection that a listener holds unread, after which NetMQ reads no more of it: a window of pieces and the words
    /// between them,
    /// so that a peer of ours never meets it, and a stranger costs 24 MiB however much it sends.
    /// </summary>
    internal const int MostUnread = 96;

    private readonly NetMQSocket _socket;
    private readonly byte[]? _identity;
    private readonly NetMqListener? _listener;
    private readonly NetMQMonitor? _monitor;
    private readonly Task _watching = Task.CompletedTask; // the monitor's
    private readonly Queue<byte[]> _arrived = new();
    private Msg _current;
    private ReadOnlyMemory<byte> _piece; // the piece whose header was read last
    private volatile bool _gone;
    private bool _closed;
    private uint _taken, _takenByPeer; // pieces, hellos included
    private long _wireSent, _wireReceived, _probed;

    private NetMqChannel(
        NetMQSocket socket, byte[]? identity, NetMqListener? listener, NetMQMonitor? monitor, Role peer, string address, Hello hello,
            LinkKeys? keys, ChannelOptions options)
        : base(peer, address, hello, keys, options)
    {
        (_socket, _identity, _listener, _monitor) = (socket, identity, listener, monitor);
        _current.InitEmpty();
        if (monitor is not null)
        {
            monitor.Disconnected += (_, _) => _gone = true;
            monitor.Timeout = TimeSpan.FromMilliseconds(100);
            _watching = monitor.StartAsync();
        }
    }

    private protected override long WireSent => _wireSent;

    private protected override long WireReceived => _wireReceived;

    private protected override string PlaneName => "netmq";

    /// <summary>Connects to a listening peer, waiting for it as long as the options say.</summary>
    /// <exception cref="ChannelException">Nobody answered, or who answered is somebody else.</exception>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    public static NetMqChannel Connect(string address, Role peer, string session, ChannelOptions options)
    {
        options.Check(address);
        var socket = new DealerSocket();
        NetMqChannel? channel = null;
        try
        {
            Configure(socket.Options, options);
            socket.Options.ReconnectInterval = TimeSpan.FromMilliseconds(50);
            var monitor = new NetMQMonitor(socket, $"inproc://mpcache-monitor-{Guid.NewGuid():N}",
                SocketEvents.Disconnected | SocketEvents.Connected);
            channel = new NetMqChannel(socket, null, null, monitor, peer, address, HelloOf(session, options), null, options);
            socket.Connect(address);
            channel.Introduce(options.ConnectTimeout);
            return channel;
        }
        catch
        {
            socket.Options.Linger = TimeSpan.Zero;
            channel?.EndMonitor();
            socket.Dispose();
            throw;
        }
    }

    internal static NetMqChannel Accepted(
        RouterSocket socket, byte[] identity, NetMqListener listener, Role peer, Hello hello, LinkKeys? keys, ChannelOptions options)
    {
        var channel = new NetMqChannel(socket, identity, listener, null, peer, listener.Address, hello, keys, options) { _taken = 1 };
        channel.HelloTaken();
        channel.Say();
        return channel;
    }

    internal static void Configure(SocketOptions socket, ChannelOptions options)
    {
        socket.SendHighWatermark = 0;
        socket.ReceiveHighWatermark = 0;
        socket.MaxMsgSize = Frame.HeaderBytes + Frame.PieceBytes + (options.Keys is null ? 0 : FrameCipher.TagBytes);
        socket.Linger = TimeSpan.FromSeconds(2);
        socket.SendBuffer = 4 << 20;
        socket.ReceiveBuffer = 4 << 20;
        socket.HeartbeatInterval = TimeSpan.FromTicks(options.Silence.Ticks / 4);
        socket.HeartbeatTimeout = options.Silence;
        socket.HeartbeatTtl = options.Silence;
    }

    private protected override Frame NextFrame(TimeSpan deadline, string what)
    {
        _piece = Wait(deadline, what);
        return Frame.TryRead(_piece.Span, out Frame frame) ? frame : throw Fail("sent something that is no frame of this protocol.");
    }

    private protected override void TakePayload(Span<byte> into)
    {
        ReadOnlySpan<byte> piece = _piece.Span[Frame.HeaderBytes..];
        if (piece.Length != into.Length)
        {
            throw Fail($"sent a piece of {piece.Length:N0} bytes where {into.Length:N0} were due.");
        }

        piece.CopyTo(into);
    }

    private protected override ChannelException Farewell(ReadOnlySpan<byte> reason)
    {
        _gone = true;
        return base.Farewell(reason);
    }

    private protected override void SendRaw(ReadOnlySpan<byte> bytes)
    {
        Msg message = default;
        message.InitGC(bytes.ToArray(), bytes.Length);
        _socket.TrySend(ref message, Options.ConnectTimeout, more: false);
    }

    private protected override ReadOnlySpan<byte> AwaitRaw(TimeSpan deadline)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < deadline;)
        {
            if (_socket.TryReceive(ref _current, TimeSpan.FromMilliseconds(200)))
            {
                _wireReceived += _current.Size;
                return _current.Size > 0 ? _current.Slice() : throw Fail("does not speak this protocol.");
            }

            LookUp();
            if (_gone)
            {
                throw Vanished();
            }
        }

        throw Late(deadline, "answer");
    }

    private protected override void ConsumeRaw(int bytes)
    {
        if (bytes != _current.Size)
        {
            throw Fail("does not speak this protocol.");
        }
    }

    /// <summary>A message as it was before it was sealed: one whole piece, where it lies.</summary>
    private ReadOnlyMemory<byte> Open(Memory<byte> message)
    {
        _wireReceived += message.Length;
        if (Keys is not { } keys)
        {
            return message;
        }

        int piece = message.Length - FrameCipher.TagBytes;
        if (piece < Frame.HeaderBytes)
        {
            throw Fail("sent something that is no frame of this protocol.");
        }

        Span<byte> bytes = message.Span;
        Open(keys, bytes[..Frame.HeaderBytes], bytes[Frame.HeaderBytes..piece], bytes[piece..]);
        return message[..piece];
    }

    private ReadOnlyMemory<byte> Wait(TimeSpan deadline, string what)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan quiet = TimeSpan.FromMilliseconds(200), probed = TimeSpan.Zero;
        while (true)
        {
            if (TryTake(quiet, out ReadOnlyMemory<byte> bytes))
            {
                return bytes;
            }

            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            Guard();
            if (waited > deadline)
            {
                throw Late(deadline, what);
            }

            if (_identity is not null && waited - probed > TimeSpan.FromSeconds(1))
            {
                probed = waited;
                Heartbeat();
            }
        }
    }

    /// <summary>Takes one piece, from those that came while sending or from the socket.</summary>
    private bool TryTake(TimeSpan wait, out ReadOnlyMemory<byte> bytes)
    {
        if (_arrived.TryDequeue(out byte[]? kept))
        {
            bytes = kept;
            return true;
        }

        if (_listener is not null)
        {
            _listener.PumpOnce(wait);
            bool any = _arrived.TryDequeue(out kept);
            bytes = kept;
            return any;
        }

        for (; _socket.TryReceive(ref _current, wait); wait = TimeSpan.Zero)
        {
            bytes = Open(_current.SliceAsMemory());
            if (IsPiece(bytes.Span))
            {
                return true;
            }
        }

        bytes = default;
        return false;
    }

    /// <summary>Something came for this channel while it was not waited for.</summary>
    internal void Arrived(Memory<byte> message)
    {
        ReadOnlyMemory<byte> bytes = Open(message);
        if (IsPiece(bytes.Span))
        {
            _arrived.Enqueue(bytes.ToArray());
        }
    }

    /// <summary>Takes note of the peer's word how many pieces it has taken, and now and then tells it our own.</summary>
    private bool IsPiece(ReadOnlySpan<byte> bytes)
    {
        if (Frame.TryRead(bytes, out Frame frame) && frame.Kind == FrameKind.Heartbeat)
        {
            if ((int)(frame.Number - _takenByPeer) > 0 && (int)(SentNumber - frame.Number) >= 0)
            {
                _takenByPeer = frame.Number;
            }

            return false;
        }

        if (++_taken % TakenPerWord == 0)
        {
            Heartbeat();
        }

        return true;
    }

    private protected override void SendPiece(Frame frame, ReadOnlySpan<byte> payload)
    {
        AwaitRoom(frame.Number);
        Msg message = Sealed(frame, payload); // nothing else may be sealed before it is sent
        int size = message.Size;
        try
        {
            for (long start = Stopwatch.GetTimestamp(); !TrySend(ref message);)
            {
                Options.Cancel.ThrowIfCancellationRequested();
                Thread.Sleep(1);
                if (Stopwatch.GetElapsedTime(start) > Options.Silence)
                {
                    throw Vanished();
                }
            }
        }
        catch (HostUnreachableException e)
        {
            throw Vanished(e);
        }
        finally
        {
            message.Close();
        }

        _wireSent += size;
    }

    /// <summary>Waits while the window is full; the frame's own number says how many pieces went before it.</summary>
    private void AwaitRoom(uint number)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan probed = TimeSpan.Zero;
        while (number - _takenByPeer >= Window)
        {
            // The peer is slow, or waits for us to take what it sends.
            if (_listener is not null)
            {
                _listener.PumpOnce(TimeSpan.FromMilliseconds(1));
            }
            else if (_socket.TryReceive(ref _current, TimeSpan.FromMilliseconds(1)))
            {
                Arrived(_current.SliceAsMemory());
            }

            if (_arrived.TryPeek(out byte[]? next) && Frame.TryRead(next, out Frame incoming) && incoming.Kind == FrameKind.Goodbye)
            {
                throw Farewell(next.AsSpan(Frame.HeaderBytes));
            }

            Guard(sending: true);
            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (_identity is not null && waited - probed > TimeSpan.FromSeconds(1))
            {
                probed = waited;
                Heartbeat(); // finds out whether NetMQ has given the peer up
            }

            if (waited > Options.Deadline)
            {
                throw Fail($"took nothing for {Options.Deadline.TotalSeconds:F0} s.");
            }
        }
    }

    /// <summary>A piece as a message. Sealed pieces are numbered: they must be sent, in this order, or the link is over.</summary>
    private Msg Sealed(Frame frame, ReadOnlySpan<byte> payload)
    {
        Msg message = default;
        message.InitPool(Frame.HeaderBytes + payload.Length + TagBytes);
        Write(frame, payload, message.Slice());
        return message;
    }

    private bool TrySend(ref Msg message)
    {
        if (_gone)
        {
            Guard(sending: true);
        }

        if (_identity is null)
        {
            return _socket.TrySend(ref message, TimeSpan.Zero, more: false);
        }

        Msg to = default;
        to.InitGC(_identity, _identity.Length);
        return _socket.TrySend(ref to, TimeSpan.Zero, more: true) && _socket.TrySend(ref message, TimeSpan.FromSeconds(1), more: false);
    }

    /// <summary>
    /// Says how many pieces we have taken. It also asks NetMQ whether the peer is still connected: a frame to one that is not is refused.
    /// </summary>
    private void Heartbeat()
    {
        if (_gone)
        {
            return;
        }

        Msg message = Sealed(new Frame(FrameKind.Heartbeat, _taken, 0), []);
        int size = message.Size;
        try
        {
            if (!TrySend(ref message))
            {
                throw Vanished(); // what was sealed and not sent would be missed
            }

            _wireSent += size;
        }
        catch (HostUnreachableException e)
        {
            throw Vanished(e);
        }
        finally
        {
            message.Close();
        }
    }

    /// <summary>
    /// Throws where the peer has gone and nothing that it sent before is left to read, or, for a sender, at once: with its reason, if it
    /// gave one.
    /// </summary>
    private void Guard(bool sending = false)
    {
        LookUp();
        if (!_gone)
        {
            return;
        }

        int before;
        do
        {
            before = _arrived.Count;
            if (_listener is not null)
            {
                _listener.PumpOnce(TimeSpan.FromMilliseconds(20));
            }
            else if (_socket.TryReceive(ref _current, TimeSpan.FromMilliseconds(20)))
            {
                Arrived(_current.SliceAsMemory());
            }
        }
        while (_arrived.Count > before);
        if (_arrived.Count > 0 && !sending)
        {
            return;
        }

        ThrowIfLeft();
        throw Vanished();
    }

    /// <inheritdoc/>
    public override void Watch()
    {
        if (_listener is not null)
        {
            _listener.PumpOnce(TimeSpan.Zero);
        }
        else if (_socket.TryReceive(ref _current, TimeSpan.Zero))
        {
            Arrived(_current.SliceAsMemory());
        }

        if (Stopwatch.GetElapsedTime(_probed) > TimeSpan.FromSeconds(1))
        {
            _probed = Stopwatch.GetTimestamp();
            Heartbeat(); // finds out whether NetMQ has given the peer up
        }

        ThrowIfLeft();
        Guard(sending: true);
    }

    private void ThrowIfLeft()
    {
        foreach (byte[] bytes in _arrived)
        {
            if (Frame.TryRead(bytes, out Frame frame) && frame.Kind == FrameKind.Goodbye)
            {
                throw Farewell(bytes.AsSpan(Frame.HeaderBytes));
            }
        }
    }

    /// <inheritdoc/>
    public override void Close(string? reason)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        if (!_gone)
        {
            try
            {
                byte[] goodbye = GoodbyeFrame(reason);
                Msg message = default;
                byte[] last = Keys?.Seal(goodbye) ?? goodbye;
                message.InitGC(last, last.Length);
                TrySend(ref message);
                message.Close();
            }
            catch (Exception e) when (e is HostUnreachableException or ChannelException or OperationCanceledException)
            {
                // It has gone already.
            }
        }

        _current.Close();
        Keys?.Dispose();
        if (_listener is null)
        {
            EndMonitor();
            _socket.Dispose();
        }
        else
        {
            _listener.Forget(this);
        }
    }

    /// <summary>A monitor has a socket and a thread of its own, which outlive the link's unless they are ended.</summary>
    private void EndMonitor()
    {
        _monitor?.Stop();
        _watching.Wait(); // Stop does not wait for one that is about to start
        _monitor?.Dispose();
    }

    internal ReadOnlySpan<byte> Identity => _identity;
}
