using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>A port on which peers say hello over plain sockets. Only the caller's thread serves it, while it waits for a peer.</summary>
public sealed class TcpChannelListener : ILinkListener
{
    private const int MostWaiting = 64;

    private readonly Socket _socket;
    private readonly ChannelOptions _options;
    private readonly List<Newcomer> _newcomers = [];
    private readonly List<TcpChannel> _channels = [];

    private TcpChannelListener(string address, ChannelOptions options)
    {
        _options = options;
        var uri = new Uri(address);
        IPAddress host = Dns.GetHostAddresses(uri.DnsSafeHost)[0];
        _socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(new IPEndPoint(host, uri.Port));
            _socket.Listen(512);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _socket.Blocking = false;
        Address = $"tcp://{uri.Host}:{((IPEndPoint)_socket.LocalEndPoint!).Port}";
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <summary>Listens on tcp://HOST:PORT.</summary>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    /// <exception cref="IOException">The port is taken; the message says what to do.</exception>
    public static TcpChannelListener Bind(string address, ChannelOptions options)
    {
        options.Check(address);
        try
        {
            return new TcpChannelListener(address, options);
        }
        catch (SocketException e)
        {
            throw new IOException($"{address} cannot be listened on: {e.Message}. Another process may hold the port; choose another, or port 0 for any.", e);
        }
    }

    /// <inheritdoc/>
    public ILink Accept(Role peer, string? session = null) => Accept(peer, session, Timeout.InfiniteTimeSpan)!;

    /// <inheritdoc/>
    public ILink AcceptWithin(Role peer, string session) => Accept(peer, session, _options.ConnectTimeout)
        ?? throw new ChannelException($"{peer.ToString().ToLowerInvariant()}", $"did not come to {Address} for this session within {_options.ConnectTimeout.TotalSeconds:F0} s.");

    private ILink? Accept(Role peer, string? session, TimeSpan limit)
    {
        for (long start = Stopwatch.GetTimestamp(); limit < TimeSpan.Zero || Stopwatch.GetElapsedTime(start) < limit;)
        {
            _options.Cancel.ThrowIfCancellationRequested();
            Pump(TimeSpan.Zero);
            if (_newcomers.Find(n => n.Hello is { } h && h.Role == peer.ToString() && (session is null || h.Session == session)) is not { } found)
            {
                Pump(TimeSpan.FromMilliseconds(200));
                continue;
            }

            _newcomers.Remove(found);
            var channel = new TcpChannel(found.Wire, peer, Address, found.Hello!.Session, found.Hello.Link, _options);
            try
            {
                channel.Welcome();
                _channels.RemoveAll(c => c.Closed);
                _channels.Add(channel);
                return ShapedLink.Wrap(channel, _options);
            }
            catch (ChannelException)
            {
                channel.Dispose(); // it went while it waited
            }
        }

        return null;
    }

    /// <summary>Takes in newcomers and what they say. Strangers, and those who have gone again, are dropped.</summary>
    private void Pump(TimeSpan wait)
    {
        Dictionary<Socket, Newcomer> waiting = _newcomers.ToDictionary(n => n.Socket);
        List<Socket> ready = [_socket, .. waiting.Keys];
        Socket.Select(ready, null, null, wait);
        foreach (Socket socket in ready)
        {
            if (socket == _socket)
            {
                Greet();
            }
            else if (!waiting[socket].Listen())
            {
                _newcomers.Remove(waiting[socket]);
                waiting[socket].Wire.Dispose();
            }
        }
    }

    private void Greet()
    {
        try
        {
            if (_newcomers.Count == MostWaiting)
            {
                // The oldest may be silent, or of a role that nobody here waits for: it must not keep others out.
                _newcomers[0].Refuse("too many others are waiting.");
                _newcomers.RemoveAt(0);
            }

            Socket socket = _socket.Accept();
            _newcomers.Add(new Newcomer(socket, new TcpWire(socket)));
        }
        catch (SocketException)
        {
            // It has gone again.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channels.ForEach(c => c.Dispose());
        _newcomers.ForEach(n => n.Wire.Dispose());
        _socket.Dispose();
    }

    /// <summary>A connection over which nobody, or nobody who is waited for, has said hello yet.</summary>
    private sealed record Newcomer(Socket Socket, TcpWire Wire)
    {
        public Hello? Hello { get; private set; }

        /// <summary>Takes in what it says.</summary>
        /// <returns>False when it is a stranger, unwelcome or gone.</returns>
        public bool Listen()
        {
            while (Wire.TakeIn())
            {
            }

            if (Wire.Ended || (Hello is null && !Parse()))
            {
                return false;
            }

            return Hello is null || Wire.Kept.IsEmpty; // who waits for an answer has nothing more to say
        }

        /// <summary>Reads the hello, once it is there.</summary>
        /// <returns>False when what has come is none, or an unwelcome one.</returns>
        private bool Parse()
        {
            ReadOnlySpan<byte> bytes = Wire.Kept;
            if (bytes.Length < Frame.HeaderBytes)
            {
                return bytes.IsEmpty || bytes[0] == (byte)FrameKind.Hello;
            }

            if (!Frame.TryRead(bytes[..Frame.HeaderBytes], out Frame frame) || frame is not { Kind: FrameKind.Hello, Number: 0, Length: <= Hello.Longest })
            {
                return false;
            }

            if (bytes.Length < Frame.HeaderBytes + frame.Length)
            {
                return true;
            }

            Hello = Hello.Parse(bytes.Slice(Frame.HeaderBytes, (int)frame.Length));
            Wire.Consume(Frame.HeaderBytes + (int)frame.Length);
            if (Hello?.Refusal is { } refusal)
            {
                Refuse(refusal);
            }

            return Hello is { Refusal: null };
        }

        public void Refuse(string reason)
        {
            Wire.Write(FramedChannel.GoodbyeFrame(reason));
            Wire.Dispose();
        }
    }
}
