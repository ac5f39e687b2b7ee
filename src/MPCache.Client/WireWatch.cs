using System.Text;
using MPCache.Protocols;

namespace MPCache.Client;

/// <summary>
/// Sees what crosses a client's links while a generation runs: counts it and keeps the beginning of the last messages, so that a person can
/// look at what the other parties see. May be read from any thread. What the dealer sends (a seed) is counted and never kept.
/// </summary>
public sealed class WireWatch
{
    /// <summary>Bytes kept of a message.</summary>
    public const int SampleBytes = 48;

    private readonly Lock _gate = new();
    private byte[] _sent = [], _received = [];
    private string _toServer = "", _toDealer = "";
    private long _rounds;
    private IChannel? _server, _dealer;

    /// <summary>What has been seen so far.</summary>
    public WireSeen Seen
    {
        get
        {
            lock (_gate)
            {
                ChannelTraffic server = _server?.Traffic ?? default, dealer = _dealer?.Traffic ?? default;
                return new WireSeen
                {
                    Rounds = _rounds,
                    Bytes = new BytesLine
                    {
                        ClientToServer = server.PayloadSent,
                        ServerToClient = server.PayloadReceived,
                        DealerToClient = dealer.PayloadReceived,
                        ToDealer = dealer.PayloadSent,
                    },
                    LastToServer = _sent,
                    LastToClient = _received,
                    SaidToServer = _toServer,
                    SaidToDealer = _toDealer,
                };
            }
        }
    }

    internal IChannel Server(IChannel channel)
    {
        lock (_gate)
        {
            return new Watched(this, _server = channel, isDealer: false);
        }
    }

    internal IChannel Dealer(IChannel channel)
    {
        lock (_gate)
        {
            return new Watched(this, _dealer = channel, isDealer: true);
        }
    }

    private static byte[] Beginning(ReadOnlySpan<byte> payload) => payload[..Math.Min(SampleBytes, payload.Length)].ToArray();

    /// <summary>A link whose messages are looked at as they pass.</summary>
    private sealed class Watched(WireWatch watch, IChannel channel, bool isDealer) : IChannel
    {
        // An exchange sends before it receives, so a message that comes after one that went belongs to the same.
        private bool _sentLast;

        public string Peer => channel.Peer;

        public string? PeerKey => channel.PeerKey;

        public ChannelTraffic Traffic => channel.Traffic;

        public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            channel.Send(kind, payload);
            lock (watch._gate)
            {
                if (kind == FrameKind.Round)
                {
                    watch._rounds++;
                    watch._sent = Beginning(payload);
                    _sentLast = true;
                }
                else if (kind == FrameKind.Control && isDealer && watch._toDealer.Length == 0)
                {
                    watch._toDealer = Encoding.UTF8.GetString(payload);
                }
                else if (kind == FrameKind.Control && !isDealer && watch._toServer.Length == 0)
                {
                    watch._toServer = Encoding.UTF8.GetString(payload);
                }
            }
        }

        public void Receive(FrameKind kind, Span<byte> payload)
        {
            channel.Receive(kind, payload);
            if (kind == FrameKind.Round)
            {
                lock (watch._gate)
                {
                    watch._rounds += _sentLast ? 0 : 1;
                    watch._received = Beginning(payload);
                    _sentLast = false;
                }
            }
        }

        public byte[] Receive(FrameKind kind, int longest) => channel.Receive(kind, longest);

        public void Dispose() => channel.Dispose();
    }
}
