using System.Diagnostics;
using System.Net.Sockets;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// One peer over a plain socket. The protocol's thread reads and writes it itself, one write a piece, so nothing is handed from thread to
/// thread; a second thread only sends
/// signs of life, so that a party may compute for minutes and a stopped process is still noticed within
/// <see cref="ChannelOptions.Silence"/>.
/// </summary>
/// <remarks>
/// Sending blocks while the socket's buffers are full (4 MiB at either end). Meanwhile what the peer sends is taken in, so two parties that
/// both send before they
/// receive cannot block each other. A piece is copied before it is sent, so that one cut short by an interruption can still be finished
/// before the goodbye.
/// </remarks>
public sealed class TcpChannel : FramedChannel
{
    private const int Direct = 1 << 12; // less is read together with what follows it
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200), Linger = TimeSpan.FromSeconds(2);

    private readonly TcpWire _wire;
    private readonly Lock _sending = new();
    private readonly ManualResetEventSlim _closing = new();
    private readonly byte[] _out = new byte[Frame.HeaderBytes + Frame.PieceBytes + FrameCipher.TagBytes];
    private readonly byte[] _header = new byte[Frame.HeaderBytes]; // of the piece that is being read
    private ReadOnlyMemory<byte> _left; // of what is being sent
    private int _sentUnheard;
    private long _wireSent;
    private bool _talking, _closed;
    private long _watched, _heardWatching;

    internal TcpChannel(TcpWire wire, Role peer, string address, Hello hello, LinkKeys? keys, ChannelOptions options)
        : base(peer, address, hello, keys, options) => _wire = wire;

    internal bool Closed => _closed;

    private protected override long WireSent => Interlocked.Read(ref _wireSent);

    private protected override long WireReceived => _wire.Received;

    private protected override string PlaneName => "tcp";

    /// <summary>Connects to a listening peer, waiting for it as long as the options say.</summary>
    /// <exception cref="ChannelException">Nobody answered, or who answered is somebody else.</exception>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    public static TcpChannel Connect(string address, Role peer, string session, ChannelOptions options)
    {
        options.Check(address);
        long start = Stopwatch.GetTimestamp();
        var channel = new TcpChannel(new TcpWire(Dial(new Uri(address), peer, options)), peer, address, HelloOf(session, options), null,
            options);
        try
        {
            TimeSpan left = options.ConnectTimeout - Stopwatch.GetElapsedTime(start);
            channel.Introduce(left > Slice ? left : Slice);
            channel.Talk();
            return channel;
        }
        catch
        {
            channel._closed = true;
            channel._wire.Dispose();
            channel.Keys?.Dispose();
            throw;
        }
    }

    private static Socket Dial(Uri address, Role peer, ChannelOptions options)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(options.Cancel);
        limit.CancelAfter(options.ConnectTimeout);
        Exception? last = null;
        while (!limit.IsCancellationRequested)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.ConnectAsync(address.DnsSafeHost, address.Port, limit.Token).AsTask().GetAwaiter().GetResult();
                if (!Equals(socket.LocalEndPoint, socket.RemoteEndPoint)) // a free port can connect to itself
                {
                    return socket;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                last = e;
            }

            socket.Dispose();
            limit.Token.WaitHandle.WaitOne(50);
            options.WhileConnecting?.Invoke();
        }

        options.Cancel.ThrowIfCancellationRequested();
        throw new ChannelException($"{peer.Word()} at {address.GetLeftPart(UriPartial.Authority)}",
            $"did not answer within {options.ConnectTimeout.TotalSeconds:F0} s. Is it running, and is this its address?", last);
    }

    /// <summary>The listening end's answer to a hello.</summary>
    internal void Welcome()
    {
        HelloTaken();
        Say();
        Talk();
    }

    private void Talk()
    {
        _talking = true;
        new Thread(ShowLife) { IsBackground = true, Name = $"signs of life for the {Peer}" }.Start();
    }

    private void ShowLife()
    {
        while (!_closing.Wait(TimeSpan.FromTicks(Options.Silence.Ticks / 4)))
        {
            if (!_sending.TryEnter())
            {
                continue; // what is being sent shows it
            }

            try
            {
                if (_closed)
                {
                    return;
                }

                if (_left.IsEmpty)
                {
                    Stage(new Frame(FrameKind.Heartbeat, 0, 0), []);
                }

                Push(); // one that went only in part last time, too
            }
            catch (ChannelException)
            {
                return; // the protocol's thread will see it too
            }
            finally
            {
                _sending.Exit();
            }
        }
    }

    private protected override void SendPiece(Frame frame, ReadOnlySpan<byte> payload)
    {
        _sentUnheard += payload.Length;
        if (_sentUnheard > Frame.PieceBytes)
        {
            _sentUnheard = 0;
            if (_wire.Readable(TimeSpan.Zero) && !_wire.TakeIn() && _wire.Ended)
            {
                throw Lost(); // who sends much without hearing looks now and then whether the peer wants it
            }
        }

        lock (_sending)
        {
            Drain(Options.Deadline, closing: false);
            Stage(frame, payload);
            Drain(Options.Deadline, closing: false);
        }
    }

    /// <summary>Makes what is to be sent next.</summary>
    private void Stage(Frame frame, ReadOnlySpan<byte> payload) => _left = _out.AsMemory(0, Write(frame, payload, _out));

    private protected override void SendRaw(ReadOnlySpan<byte> bytes)
    {
        _left = bytes.ToArray();
        Drain(Options.ConnectTimeout, closing: false);
    }

    private protected override ReadOnlySpan<byte> AwaitRaw(TimeSpan deadline)
    {
        if (_wire.Kept.IsEmpty)
        {
            More(Stopwatch.GetTimestamp(), deadline, "answer");
        }

        return _wire.Kept;
    }

    private protected override void ConsumeRaw(int bytes) => _wire.Consume(bytes);

    /// <summary>Hands over what goes without waiting.</summary>
    /// <returns>False when the connection broke.</returns>
    private bool Push()
    {
        int sent = _wire.Write(_left.Span);
        _left = _left[Math.Max(sent, 0)..];
        Interlocked.Add(ref _wireSent, Math.Max(sent, 0));
        return sent >= 0;
    }

    /// <summary>
    /// Hands over the whole piece. While the peer does not take it, what it sends is taken in, or dropped if we are closing.
    /// </summary>
    private void Drain(TimeSpan deadline, bool closing)
    {
        long start = Stopwatch.GetTimestamp(), heard = start;
        while (!_left.IsEmpty)
        {
            int before = _left.Length;
            if (!Push())
            {
                throw Lost();
            }

            if (_left.Length < before)
            {
                heard = Stopwatch.GetTimestamp();
                continue;
            }

            if (_wire.WritableOrReadable(Slice))
            {
                if (closing)
                {
                    _wire.Consume(_wire.Kept.Length);
                }

                heard = _wire.TakeIn(grow: true) ? Stopwatch.GetTimestamp() : heard;
                if (_wire.Ended)
                {
                    throw Lost();
                }
            }

            Guard(heard, closing);
            if (Stopwatch.GetElapsedTime(start) > deadline)
            {
                throw Fail($"took nothing for {deadline.TotalSeconds:F0} s.");
            }
        }
    }

    private void Guard(long heard, bool closing = false)
    {
        if (!closing)
        {
            LookUp();
        }

        if (_talking && Stopwatch.GetElapsedTime(heard) > Options.Silence)
        {
            throw Vanished();
        }
    }

    private protected override Frame NextFrame(TimeSpan deadline, string what)
    {
        long start = Stopwatch.GetTimestamp();
        _sentUnheard = 0;
        while (true)
        {
            while (_wire.Kept.Length < Frame.HeaderBytes)
            {
                More(start, deadline, what);
                if (_wire.Kept.Length > 0 && !Enum.IsDefined((FrameKind)_wire.Kept[0]))
                {
                    throw Fail(_wire.Kept[0] == 0xff
                        ? "speaks NetMQ, this end plain TCP. Start both ends with the same --transport."
                        : "sent something that is no frame of this protocol.");
                }
            }

            if (!Frame.TryRead(_wire.Kept[..Frame.HeaderBytes],
                out Frame frame) || (frame.Kind == FrameKind.Heartbeat && frame.Length != 0))
            {
                throw Fail("sent something that is no frame of this protocol.");
            }

            _wire.Kept[..Frame.HeaderBytes].CopyTo(_header);
            _wire.Consume(Frame.HeaderBytes);
            if (frame.Kind != FrameKind.Heartbeat)
            {
                return frame;
            }

            TakePayload([]);
        }
    }

    /// <summary>Reads a piece where it belongs, and decrypts it there.</summary>
    private protected override void TakePayload(Span<byte> into)
    {
        Fill(into);
        if (Keys is { } keys)
        {
            Span<byte> tag = stackalloc byte[FrameCipher.TagBytes];
            Fill(tag);
            Open(keys, _header, into, tag);
        }
    }

    private void Fill(Span<byte> into)
    {
        long start = Stopwatch.GetTimestamp();
        while (into.Length > 0)
        {
            if (_wire.Kept.IsEmpty && into.Length >= Direct)
            {
                into = into[More(start, Options.Deadline, "rest of a message", into)..];
                continue;
            }

            if (_wire.Kept.IsEmpty)
            {
                More(start, Options.Deadline, "rest of a message");
            }

            int take = Math.Min(into.Length, _wire.Kept.Length);
            _wire.Kept[..take].CopyTo(into);
            _wire.Consume(take);
            into = into[take..];
        }
    }

    /// <summary>Waits until more has come: into the wire's own buffer, or where it belongs.</summary>
    private int More(long start, TimeSpan deadline, string what, Span<byte> into = default)
    {
        long heard = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_wire.Readable(Slice))
            {
                int got = into.IsEmpty ? (_wire.TakeIn() ? 1 : 0) : _wire.Read(into);
                if (got > 0)
                {
                    return got;
                }
            }

            if (_wire.Ended)
            {
                throw Vanished();
            }

            Guard(heard);
            if (Stopwatch.GetElapsedTime(start) > deadline)
            {
                throw Late(deadline, what);
            }
        }
    }

    /// <summary>Why nothing can be sent any more: the peer's goodbye, if it is among what it sent last.</summary>
    private ChannelException Lost()
    {
        while (_wire.TakeIn(grow: true))
        {
        }

        Span<byte> rest = _wire.Kept;
        for (long left = 0; rest.Length >= Frame.HeaderBytes && Frame.TryRead(rest[..Frame.HeaderBytes], out Frame frame);)
        {
            bool leaves = frame.Kind == FrameKind.Goodbye;
            left = left == 0 || leaves ? frame.Length : left; // a heartbeat's is 0
            int piece = frame.Kind == FrameKind.Heartbeat ? 0 : (int)Math.Min(left, leaves ? LongestGoodbye : Frame.PieceBytes),
                whole = Frame.HeaderBytes + piece + TagBytes;
            if (rest.Length < whole)
            {
                break;
            }

            Span<byte> payload = rest.Slice(Frame.HeaderBytes, piece);
            if (Keys is { } keys)
            {
                Open(keys, rest[..Frame.HeaderBytes], payload, rest[(whole - TagBytes)..whole]);
            }

            if (leaves)
            {
                return Farewell(payload);
            }

            left -= piece;
            rest = rest[whole..];
        }

        return Vanished();
    }

    /// <inheritdoc/>
    public override void Watch()
    {
        long now = Stopwatch.GetTimestamp();
        bool again = Stopwatch.GetElapsedTime(_watched, now) < TimeSpan.FromSeconds(1);
        _heardWatching = _wire.TakeIn() || _wire.Full || !again ? now : _heardWatching;
        _watched = now;
        if (_wire.Ended)
        {
            throw Lost();
        }

        Guard(_heardWatching);
    }

    /// <inheritdoc/>
    public override void Close(string? reason)
    {
        if (_closed)
        {
            return;
        }

        _closing.Set();
        lock (_sending)
        {
            _closed = true;
            if (!_wire.Ended)
            {
                TakeLeave(reason);
            }
        }

        _wire.Dispose();
        Keys?.Dispose();
    }

    /// <summary>
    /// Finishes the piece under way, says goodbye, and waits a little for the peer's end to close: closing before would drop what it has
    /// not read.
    /// </summary>
    private void TakeLeave(string? reason)
    {
        try
        {
            Drain(Linger, closing: true);
            byte[] goodbye = GoodbyeFrame(reason);
            _left = Keys?.Seal(goodbye) ?? goodbye;
            Drain(Linger, closing: true);
            _wire.Finish();
            for (long start = Stopwatch.GetTimestamp(); !_wire.Ended && Stopwatch.GetElapsedTime(start) < Linger;)
            {
                _wire.Consume(_wire.Kept.Length);
                if (_wire.Readable(Slice))
                {
                    _wire.TakeIn();
                }
            }
        }
        catch (Exception e) when (e is ChannelException or SocketException)
        {
            // It has gone already, or takes nothing.
        }
    }
}
