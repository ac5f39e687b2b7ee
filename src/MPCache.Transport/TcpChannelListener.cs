using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>A port on which peers say hello over plain sockets.</summary>
public sealed class TcpChannelListener : ChannelListener
{
    private readonly Socket _socket;
    private readonly List<Caller> _callers = [];
    private readonly List<TcpChannel> _channels = [];
    private readonly byte[] _words = new byte[4096];

    private TcpChannelListener(string address, ChannelOptions options)
        : base(options)
    {
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
    public override string Address { get; }

    private protected override IEnumerable<Arrival> Arrivals => _callers;

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
            throw new IOException($"{address} cannot be listened on: {e.Message}. Another process may hold the port; choose another, or "
                + $"port 0 for any.", e);
        }
    }

    private protected override void Pump(TimeSpan wait)
    {
        Dictionary<Socket, Caller> waiting = _callers.ToDictionary(n => n.Socket);
        List<Socket> ready = [_socket, .. waiting.Keys];
        Socket.Select(ready, null, null, wait);
        foreach (Socket socket in ready)
        {
            if (socket == _socket)
            {
                Greet();
            }
            else if (_callers.Contains(waiting[socket]))
            {
                Listen(waiting[socket]);
            }
        }
    }

    private void Listen(Caller caller)
    {
        int got = caller.Wire.Read(_words);
        if (got > 0 && caller.Newcomer.Take(_words.AsSpan(0, got)))
        {
            caller.Wire.Write(caller.Newcomer.Answer);
        }
        else if (got > 0 || caller.Wire.Ended)
        {
            Drop(caller, caller.Newcomer.Answer);
        }
    }

    private void Greet()
    {
        try
        {
            MakeRoom();
            Socket socket = _socket.Accept();
            _callers.Add(new Caller(socket, Options));
        }
        catch (SocketException)
        {
            // It has gone again.
        }
    }

    private protected override FramedChannel Welcome(Arrival arrival, Role peer)
    {
        var caller = (Caller)arrival;
        _callers.Remove(caller);
        var channel = new TcpChannel(caller.Wire, peer, Address, caller.Newcomer.Hello!, caller.Newcomer.Keys, Options);
        try
        {
            channel.Welcome();
        }
        catch (ChannelException)
        {
            channel.Dispose();
            throw;
        }

        _channels.RemoveAll(c => c.Closed);
        _channels.Add(channel);
        return channel;
    }

    private protected override void Drop(Arrival arrival, ReadOnlySpan<byte> lastWord)
    {
        var caller = (Caller)arrival;
        _callers.Remove(caller);
        caller.Wire.Write(lastWord);
        caller.Wire.Dispose();
        caller.Newcomer.Dispose();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _channels.ForEach(c => c.Dispose());
        foreach (Caller caller in _callers.ToArray())
        {
            Drop(caller, []);
        }

        _socket.Dispose();
    }

    private sealed class Caller(Socket socket, ChannelOptions options) : Arrival(options)
    {
        public Socket Socket { get; } = socket;

        public TcpWire Wire { get; } = new(socket);
    }
}
