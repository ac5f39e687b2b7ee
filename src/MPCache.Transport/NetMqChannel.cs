using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MPCache.Protocols;
using NetMQ;
using NetMQ.Monitoring;
using NetMQ.Sockets;

namespace MPCache.Transport;

/// <summary>
/// One peer over NetMQ. The protocol's thread owns the socket; signs of life are ZMTP heartbeats, which NetMQ's own thread sends and answers, so that a party
/// may compute for minutes and a stopped process is still noticed within <see cref="ChannelOptions.Silence"/>.
/// </summary>
/// <remarks>
/// A message travels in pieces of at most 256 KiB, each with a header that is checked before anything is done with it. Sending blocks while 64 pieces have not been
/// taken by the peer, which says every 16 pieces how many it has; meanwhile what the peer sends is taken in, so two parties that both send before they receive
/// cannot block each other. The window is ours because NetMQ's own high-water mark stops the reading of a connection, signs of life included.
/// </remarks>
public sealed class NetMqChannel : IChannel
{
    private const int Window = 64;
    private const int TakenPerWord = 16;

    private readonly NetMQSocket _socket;
    private readonly byte[]? _identity;
    private readonly NetMqListener? _listener;
    private readonly NetMQMonitor? _monitor;
    private readonly ChannelOptions _options;
    private readonly Queue<byte[]> _arrived = new();
    private Msg _current;
    private volatile bool _gone;
    private bool _closed;
    private uint _sentNumber, _receivedNumber;
    private uint _taken, _takenByPeer; // pieces, hellos included
    private long _payloadSent, _payloadReceived, _wireSent, _wireReceived, _messagesSent, _messagesReceived;

    private NetMqChannel(NetMQSocket socket, byte[]? identity, NetMqListener? listener, NetMQMonitor? monitor, Role peer, string address, string session, ChannelOptions options)
    {
        (_socket, _identity, _listener, _monitor, _options) = (socket, identity, listener, monitor, options);
        PeerRole = peer;
        Session = session;
        Peer = $"{peer.ToString().ToLowerInvariant()} at {address}";
        _current.InitEmpty();
        if (monitor is not null)
        {
            monitor.Disconnected += (_, _) => _gone = true;
        }
    }

    /// <inheritdoc/>
    public string Peer { get; }

    /// <summary>Who the peer is.</summary>
    public Role PeerRole { get; }

    /// <summary>The session's name.</summary>
    public string Session { get; }

    /// <inheritdoc/>
    public ChannelTraffic Traffic => new(_payloadSent, _payloadReceived, _wireSent, _wireReceived, _messagesSent, _messagesReceived);

    /// <summary>Connects to a listening peer, waiting for it as long as the options say.</summary>
    /// <exception cref="ChannelException">Nobody answered, or who answered is somebody else.</exception>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    public static NetMqChannel Connect(string address, Role peer, string session, ChannelOptions options)
    {
        options.Check(address);
        var socket = new DealerSocket();
        try
        {
            Configure(socket.Options, options);
            socket.Options.ReconnectInterval = TimeSpan.FromMilliseconds(50);
            var monitor = new NetMQMonitor(socket, $"inproc://mpcache-monitor-{Guid.NewGuid():N}", SocketEvents.Disconnected | SocketEvents.Connected);
            var channel = new NetMqChannel(socket, null, null, monitor, peer, address, session, options);
            monitor.Timeout = TimeSpan.FromMilliseconds(100);
            monitor.StartAsync();
            socket.Connect(address);
            channel.Say(new Hello(Hello.Name, options.Self.ToString(), session));
            channel.AwaitHello(options.ConnectTimeout);
            return channel;
        }
        catch
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Dispose();
            throw;
        }
    }

    internal static NetMqChannel Accepted(RouterSocket socket, byte[] identity, NetMqListener listener, Role peer, string session, ChannelOptions options)
    {
        var channel = new NetMqChannel(socket, identity, listener, null, peer, listener.Address, session, options) { _receivedNumber = 1, _taken = 1 };
        channel.Say(new Hello(Hello.Name, options.Self.ToString(), session));
        return channel;
    }

    internal static void Configure(SocketOptions socket, ChannelOptions options)
    {
        socket.SendHighWatermark = 0;
        socket.ReceiveHighWatermark = 0;
        socket.MaxMsgSize = Frame.HeaderBytes + Frame.PieceBytes;
        socket.Linger = TimeSpan.FromSeconds(2);
        socket.SendBuffer = 4 << 20;
        socket.ReceiveBuffer = 4 << 20;
        socket.HeartbeatInterval = TimeSpan.FromTicks(options.Silence.Ticks / 4);
        socket.HeartbeatTimeout = options.Silence;
        socket.HeartbeatTtl = options.Silence;
    }

    /// <inheritdoc/>
    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        long length = payload.Length;
        _payloadSent += length;
        _messagesSent++;
        do
        {
            int take = Math.Min(payload.Length, Frame.PieceBytes);
            SendPiece(new Frame(kind, _sentNumber++, length), payload[..take]);
            payload = payload[take..];
        }
        while (payload.Length > 0);
    }

    /// <inheritdoc/>
    public void Receive(FrameKind kind, Span<byte> payload)
    {
        int done = 0;
        do
        {
            ReadOnlySpan<byte> piece = NextPiece(kind, out long length);
            if (length != payload.Length)
            {
                throw Fail($"announced a message of {length:N0} bytes where {payload.Length:N0} were expected. Both sides must run the same version with the same options.");
            }

            Take(piece, payload, ref done);
        }
        while (done < payload.Length);
        _messagesReceived++;
    }

    /// <inheritdoc/>
    public byte[] Receive(FrameKind kind, int longest)
    {
        byte[]? payload = null;
        int done = 0;
        do
        {
            ReadOnlySpan<byte> piece = NextPiece(kind, out long length);
            if (length > longest || (payload is not null && length != payload.Length))
            {
                throw Fail($"announced a message of {length:N0} bytes where {longest:N0} at most were expected.");
            }

            payload ??= new byte[length];
            Take(piece, payload, ref done);
        }
        while (done < payload.Length);
        _messagesReceived++;
        return payload;
    }

    private void Take(ReadOnlySpan<byte> piece, Span<byte> payload, ref int done)
    {
        if (piece.Length != Math.Min(Frame.PieceBytes, payload.Length - done))
        {
            throw Fail($"sent a piece of {piece.Length:N0} bytes where {Math.Min(Frame.PieceBytes, payload.Length - done):N0} were due.");
        }

        piece.CopyTo(payload[done..]);
        done += piece.Length;
        _payloadReceived += piece.Length;
    }

    /// <summary>The next piece of a message of this kind, its header checked. Valid until the next call.</summary>
    private ReadOnlySpan<byte> NextPiece(FrameKind kind, out long length)
    {
        ReadOnlySpan<byte> bytes = Wait(_options.Deadline, kind.ToString());
        if (!Frame.TryRead(bytes, out Frame frame))
        {
            throw Fail("sent something that is no frame of this protocol.");
        }

        if (frame.Kind == FrameKind.Goodbye)
        {
            throw Farewell(bytes[Frame.HeaderBytes..]);
        }

        if (frame.Number != _receivedNumber)
        {
            throw Fail($"sent piece number {frame.Number} where {_receivedNumber} was due: a piece was lost, repeated or injected.");
        }

        if (frame.Kind != kind)
        {
            throw Fail($"sent a frame of kind {frame.Kind} where {kind} was expected.");
        }

        _receivedNumber++;
        length = frame.Length;
        return bytes[Frame.HeaderBytes..];
    }

    private ChannelException Farewell(ReadOnlySpan<byte> reason)
    {
        _gone = true;
        string text = Encoding.UTF8.GetString(reason);
        return text.Length == 0
            ? new ChannelException(Peer, "has finished.") { PeerFinished = true }
            : new ChannelException(Peer, $"gave up: {text}");
    }

    private ReadOnlySpan<byte> Wait(TimeSpan deadline, string what)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan quiet = TimeSpan.FromMilliseconds(200), probed = TimeSpan.Zero;
        while (true)
        {
            if (TryTake(quiet, out ReadOnlySpan<byte> bytes))
            {
                _wireReceived += bytes.Length;
                return bytes;
            }

            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            Guard();
            if (waited > deadline)
            {
                throw Fail($"sent no {what} within {deadline.TotalSeconds:F0} s. It may be overloaded; or raise the deadline.");
            }

            if (_identity is not null && waited - probed > TimeSpan.FromSeconds(1))
            {
                probed = waited;
                Heartbeat();
            }
        }
    }

    /// <summary>Takes one piece, from those that came while sending or from the socket.</summary>
    private bool TryTake(TimeSpan wait, out ReadOnlySpan<byte> bytes)
    {
        if (_arrived.TryDequeue(out byte[]? kept))
        {
            bytes = kept;
            return true;
        }

        if (_listener is not null)
        {
            _listener.Pump(wait);
            bool any = _arrived.TryDequeue(out kept);
            bytes = kept;
            return any;
        }

        for (; _socket.TryReceive(ref _current, wait); wait = TimeSpan.Zero)
        {
            bytes = _current.Slice();
            if (IsPiece(bytes))
            {
                return true;
            }
        }

        bytes = default;
        return false;
    }

    /// <summary>Something came for this channel while it was not waited for.</summary>
    internal void Arrived(ReadOnlySpan<byte> bytes)
    {
        if (IsPiece(bytes))
        {
            _arrived.Enqueue(bytes.ToArray());
        }
    }

    /// <summary>Takes note of the peer's word how many pieces it has taken, and now and then tells it our own.</summary>
    private bool IsPiece(ReadOnlySpan<byte> bytes)
    {
        if (Frame.TryRead(bytes, out Frame frame) && frame.Kind == FrameKind.Heartbeat)
        {
            _wireReceived += bytes.Length;
            if ((int)(frame.Number - _takenByPeer) > 0 && (int)(_sentNumber - frame.Number) >= 0)
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

    private void SendPiece(Frame frame, ReadOnlySpan<byte> payload)
    {
        int size = Frame.HeaderBytes + payload.Length;
        Msg message = default;
        message.InitPool(size);
        frame.Write(message.Slice());
        payload.CopyTo(message.Slice(Frame.HeaderBytes));
        long start = Stopwatch.GetTimestamp();
        TimeSpan probed = TimeSpan.Zero;
        try
        {
            // The frame's own number says how many pieces went before it.
            while (frame.Number - _takenByPeer >= Window || !TrySend(ref message))
            {
                // The peer is slow, or waits for us to take what it sends.
                if (_listener is not null)
                {
                    _listener.Pump(TimeSpan.FromMilliseconds(1));
                }
                else if (_socket.TryReceive(ref _current, TimeSpan.FromMilliseconds(1)))
                {
                    Arrived(_current.Slice());
                }

                if (_arrived.TryPeek(out byte[]? next) && Frame.TryRead(next, out Frame incoming) && incoming.Kind == FrameKind.Goodbye)
                {
                    throw Farewell(next.AsSpan(Frame.HeaderBytes));
                }

                Guard(sending: true);
                TimeSpan waited = Stopwatch.GetElapsedTime(start);
                if (waited - probed > TimeSpan.FromSeconds(1))
                {
                    probed = waited;
                    Heartbeat(); // finds out whether NetMQ has given the peer up
                }

                if (waited > _options.Deadline)
                {
                    throw Fail($"took nothing for {_options.Deadline.TotalSeconds:F0} s.");
                }
            }
        }
        catch (HostUnreachableException e)
        {
            throw Fail("has gone.", e);
        }
        finally
        {
            message.Close();
        }

        _wireSent += size;
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
        Msg message = default;
        message.InitPool(Frame.HeaderBytes);
        new Frame(FrameKind.Heartbeat, _taken, 0).Write(message.Slice());
        try
        {
            if (!_gone && TrySend(ref message))
            {
                _wireSent += Frame.HeaderBytes;
            }
        }
        catch (HostUnreachableException e)
        {
            throw Fail("has gone.", e);
        }
        finally
        {
            message.Close();
        }
    }

    /// <summary>Throws where the peer has gone and nothing that it sent before is left to read, or, for a sender, at once: with its reason, if it gave one.</summary>
    private void Guard(bool sending = false)
    {
        _options.Cancel.ThrowIfCancellationRequested();
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
                _listener.Pump(TimeSpan.FromMilliseconds(20));
            }
            else if (_socket.TryReceive(ref _current, TimeSpan.FromMilliseconds(20)))
            {
                Arrived(_current.Slice());
            }
        }
        while (_arrived.Count > before);
        if (_arrived.Count > 0 && !sending)
        {
            return;
        }

        foreach (byte[] bytes in _arrived)
        {
            if (Frame.TryRead(bytes, out Frame frame) && frame.Kind == FrameKind.Goodbye)
            {
                throw Farewell(bytes.AsSpan(Frame.HeaderBytes));
            }
        }

        throw new ChannelException(Peer, $"has gone: the connection broke, or it showed no sign of life for {_options.Silence.TotalSeconds:F0} s.");
    }

    private ChannelException Fail(string message, Exception? inner = null) => new(Peer, message, inner);

    private void Say(Hello hello) => Send(FrameKind.Hello, JsonSerializer.SerializeToUtf8Bytes(hello));

    private void AwaitHello(TimeSpan timeout)
    {
        ReadOnlySpan<byte> bytes;
        try
        {
            bytes = Wait(timeout, "answer");
        }
        catch (ChannelException e) when (!e.Message.Contains("gave up", StringComparison.Ordinal))
        {
            throw Fail($"did not answer within {timeout.TotalSeconds:F0} s. Is it running, and is this its address?", e);
        }

        if (Frame.TryRead(bytes, out Frame frame) && frame.Kind == FrameKind.Goodbye)
        {
            throw Farewell(bytes[Frame.HeaderBytes..]);
        }

        if (frame.Kind != FrameKind.Hello || Parse(bytes[Frame.HeaderBytes..]) is not { } hello)
        {
            throw Fail("does not speak this protocol.");
        }

        _receivedNumber = 1;
        if (hello.Protocol != Hello.Name || hello.Role != PeerRole.ToString())
        {
            throw Fail($"is a {hello.Role.ToLowerInvariant()} that speaks {hello.Protocol}; a {PeerRole.ToString().ToLowerInvariant()} that speaks {Hello.Name} was expected. Check the addresses.");
        }
    }

    /// <summary>A hello that says everything; null for anything else.</summary>
    internal static Hello? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.Length <= 1024 && JsonSerializer.Deserialize<Hello>(json) is { Protocol: not null, Role: not null, Session: not null } hello ? hello : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Ends the link; the peer's next call says why. No reason means that all is well.</summary>
    public void Close(string? reason)
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
                byte[] text = Encoding.UTF8.GetBytes(reason is { Length: > 2000 } ? reason[..2000] : reason ?? "");
                Msg message = default;
                message.InitPool(Frame.HeaderBytes + text.Length);
                new Frame(FrameKind.Goodbye, 0, text.Length).Write(message.Slice());
                text.CopyTo(message.Slice(Frame.HeaderBytes));
                TrySend(ref message);
                message.Close();
            }
            catch (Exception e) when (e is HostUnreachableException or ChannelException or OperationCanceledException)
            {
                // It has gone already.
            }
        }

        _current.Close();
        if (_listener is null)
        {
            _monitor?.Stop();
            _socket.Dispose();
        }
        else
        {
            _listener.Forget(this);
        }
    }

    internal ReadOnlySpan<byte> Identity => _identity;

    /// <summary>Ends the link as finished.</summary>
    public void Dispose() => Close(null);
}
