using System.Diagnostics;
using MPCache.Protocols;
using NetMQ;
using NetMQ.Sockets;

namespace MPCache.Transport;

/// <summary>A port on which peers say hello. All its channels share one socket and one thread: the caller's.</summary>
public sealed class NetMqListener : ILinkListener
{
    private const int MostWaiting = 64;

    private readonly RouterSocket _socket = new();
    private readonly ChannelOptions _options;
    private readonly List<(byte[] Identity, Hello Hello)> _waiting = [];
    private readonly List<NetMqChannel> _channels = [];
    private Msg _from, _message;

    private NetMqListener(string address, ChannelOptions options)
    {
        _options = options;
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
    public string Address { get; }

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
            throw new IOException($"{address} cannot be listened on: {e.Message} Another process may hold the port; choose another, or port 0 for any.", e);
        }
    }

    /// <inheritdoc/>
    public ILink Accept(Role peer, string? session = null) => Accept(peer, session, Timeout.InfiniteTimeSpan)!;

    /// <inheritdoc/>
    public ILink AcceptWithin(Role peer, string session) => Accept(peer, session, _options.ConnectTimeout) ?? throw new ChannelException(
        peer.ToString().ToLowerInvariant(), $"did not come to {Address} for this session within {_options.ConnectTimeout.TotalSeconds:F0} s.");

    private ILink? Accept(Role peer, string? session, TimeSpan limit)
    {
        for (long start = Stopwatch.GetTimestamp(); limit < TimeSpan.Zero || Stopwatch.GetElapsedTime(start) < limit;)
        {
            int found = _waiting.FindIndex(w => w.Hello.Role == peer.ToString() && (session is null || w.Hello.Session == session));
            if (found >= 0)
            {
                (byte[] identity, Hello hello) = _waiting[found];
                _waiting.RemoveAt(found);
                try
                {
                    NetMqChannel channel = NetMqChannel.Accepted(_socket, identity, this, peer, hello.Session, hello.Link, _options);
                    _channels.Add(channel);
                    return ShapedLink.Wrap(channel, _options);
                }
                catch (ChannelException)
                {
                    continue; // it went while it waited
                }
            }

            _options.Cancel.ThrowIfCancellationRequested();
            Pump(TimeSpan.FromMilliseconds(200));
        }

        return null;
    }

    /// <summary>Takes in what has come, for whomever it is. Strangers' words are dropped; newcomers' hellos wait their turn.</summary>
    internal void Pump(TimeSpan wait)
    {
        if (!_socket.TryReceive(ref _from, wait))
        {
            return;
        }

        bool any = _from.HasMore && _socket.TryReceive(ref _message, TimeSpan.Zero);
        if (any)
        {
            Dispatch(_from.Slice(), _message.Slice(), _message.HasMore);
        }

        while (any && _message.HasMore)
        {
            any = _socket.TryReceive(ref _message, TimeSpan.Zero); // we send no third part: a stranger's
        }
    }

    private void Dispatch(ReadOnlySpan<byte> from, ReadOnlySpan<byte> bytes, bool more)
    {
        foreach (NetMqChannel channel in _channels)
        {
            if (channel.Identity.SequenceEqual(from))
            {
                channel.Arrived(bytes);
                return;
            }
        }

        if (!more && Frame.TryRead(bytes, out Frame frame) && frame is { Kind: FrameKind.Hello, Number: 0 } && Hello.Parse(bytes[Frame.HeaderBytes..]) is { } hello)
        {
            if (hello.Refusal is { } refusal)
            {
                Refuse(from, refusal);
            }
            else
            {
                if (_waiting.Count == MostWaiting)
                {
                    // The oldest may have gone long ago, or be of a role that nobody here waits for: it must not keep others out.
                    Refuse(_waiting[0].Identity, "too many others are waiting.");
                    _waiting.RemoveAt(0);
                }

                _waiting.Add((from.ToArray(), hello));
            }
        }
    }

    private void Refuse(ReadOnlySpan<byte> identity, string reason)
    {
        try
        {
            _socket.SendMoreFrame(identity.ToArray()).TrySendFrame(FramedChannel.GoodbyeFrame(reason));
        }
        catch (HostUnreachableException)
        {
            // Gone already.
        }
    }

    internal void Forget(NetMqChannel channel) => _channels.Remove(channel);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (NetMqChannel channel in _channels.ToArray())
        {
            channel.Dispose();
        }

        _from.Close();
        _message.Close();
        _socket.Dispose();
    }
}
