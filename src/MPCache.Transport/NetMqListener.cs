using MPCache.Protocols;
using NetMQ;
using NetMQ.Sockets;

namespace MPCache.Transport;

/// <summary>A port on which peers say hello. All its channels share one socket and one thread: the caller's.</summary>
public sealed class NetMqListener : ChannelListener
{
    private readonly RouterSocket _socket = new();
    private readonly List<Caller> _callers = [];
    private readonly List<NetMqChannel> _channels = [];
    private Msg _from, _message;

    private NetMqListener(string address, ChannelOptions options)
        : base(options)
    {
        NetMqChannel.Configure(_socket.Options, options);
        _socket.Options.ReceiveHighWatermark = NetMqChannel.MostUnread;
        _socket.Options.RouterMandatory = true;
        _from.InitEmpty();
        _message.InitEmpty();
        if (address.EndsWith(":0", StringComparison.Ordinal))
        {
            string host = address[..address.LastIndexOf(':')];
            Address = $"{host}:{_socket.BindRandomPort(host)}";
        }
        else
        {
            _socket.Bind(address);
            Address = address;
        }
    }

    /// <inheritdoc/>
    public override string Address { get; }

    private protected override IEnumerable<Arrival> Arrivals => _callers;

    /// <summary>Listens on tcp://HOST:PORT.</summary>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    /// <exception cref="IOException">The port is taken; the message says what to do.</exception>
    public static NetMqListener Bind(string address, ChannelOptions options)
    {
        options.Check(address);
        try
        {
            return new NetMqListener(address, options);
        }
        catch (NetMQException e)
        {
            throw new IOException($"{address} cannot be listened on: {e.Message} Another process may hold the port; choose another, or "
                + $"port 0 for any.", e);
        }
    }

    private protected override FramedChannel Welcome(Arrival arrival, Role peer)
    {
        var caller = (Caller)arrival;
        _callers.Remove(caller);
        NetMqChannel channel = NetMqChannel.Accepted(_socket, caller.Identity, this, peer, caller.Newcomer.Hello!, caller.Newcomer.Keys,
            Options);
        _channels.Add(channel);
        return channel;
    }

    private protected override void Pump(TimeSpan wait) => PumpOnce(wait);

    /// <summary>Takes in what has come, for whomever it is. Strangers' words are dropped; newcomers' hellos wait their turn.</summary>
    internal void PumpOnce(TimeSpan wait)
    {
        if (!_socket.TryReceive(ref _from, wait))
        {
            return;
        }

        bool any = _from.HasMore && _socket.TryReceive(ref _message, TimeSpan.Zero);
        if (any)
        {
            Dispatch(_from.Slice(), _message.SliceAsMemory(), _message.HasMore);
        }

        while (any && _message.HasMore)
        {
            any = _socket.TryReceive(ref _message, TimeSpan.Zero); // we send no third part: a stranger's
        }
    }

    private void Dispatch(ReadOnlySpan<byte> from, Memory<byte> bytes, bool more)
    {
        foreach (NetMqChannel channel in _channels)
        {
            if (channel.Identity.SequenceEqual(from))
            {
                channel.Arrived(bytes);
                return;
            }
        }

        Caller? caller = null;
        foreach (Caller known in _callers)
        {
            caller = from.SequenceEqual(known.Identity) ? known : caller;
        }

        if (caller is null)
        {
            MakeRoom();
            caller = new Caller(from.ToArray(), Options);
            _callers.Add(caller);
        }

        if (!more && caller.Newcomer.Take(bytes.Span))
        {
            Tell(caller.Identity, caller.Newcomer.Answer);
        }
        else
        {
            Drop(caller, caller.Newcomer.Answer);
        }
    }

    private protected override void Drop(Arrival arrival, ReadOnlySpan<byte> lastWord)
    {
        var caller = (Caller)arrival;
        _callers.Remove(caller);
        Tell(caller.Identity, lastWord);
        caller.Newcomer.Dispose();
    }

    private void Tell(byte[] identity, ReadOnlySpan<byte> words)
    {
        if (words.IsEmpty)
        {
            return;
        }

        try
        {
            _socket.SendMoreFrame(identity).TrySendFrame(words.ToArray());
        }
        catch (HostUnreachableException)
        {
            // Gone already.
        }
    }

    internal void Forget(NetMqChannel channel) => _channels.Remove(channel);

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (NetMqChannel channel in _channels.ToArray())
        {
            channel.Dispose();
        }

        _callers.ForEach(c => c.Newcomer.Dispose());
        _from.Close();
        _message.Close();
        _socket.Dispose();
    }

    private sealed class Caller(byte[] identity, ChannelOptions options) : Arrival(options)
    {
        public byte[] Identity { get; } = identity;
    }
}
