using System.Net.Sockets;
using System.Text.Json;
using MPCache.Protocols;
using MPCache.Transport;
using NetMQ;
using NetMQ.Sockets;

namespace MPCache.Testing;

/// <summary>What a link reads before and after it knows its peer: hellos, handshakes and frames, on both planes.</summary>
internal static class LinkTargets
{
    private static readonly IReadOnlyDictionary<Role, Keyring> s_keys = Keyring.Together(Role.Client, Role.Server, Role.Dealer);
    private static readonly Lazy<ILinkListener> s_tcp = new(() => Planes.Bind("tcp://127.0.0.1:0", Options(DataPlane.Tcp))),
        s_netmq = new(() => Planes.Bind("tcp://127.0.0.1:0", Options(DataPlane.NetMq)));

    public static IEnumerable<FuzzTarget> All { get; } =
    [
        new("link-hello", new(() => [Hello("Client"), Hello("Dealer", "lan")]), bytes => Meet(Options(DataPlane.Tcp), bytes)),
        new("link-client-hello", new(() => [Handshake.Connecting(s_keys[Role.Client]).Outgoing()]), bytes =>
        {
            using var newcomer = new Newcomer(Options(DataPlane.Tcp) with { Keys = s_keys[Role.Server] });
            return newcomer.Take(bytes) ? newcomer.Answer.Length > 0 ? "read" : "waits for more" : "refused";
        }),
        new("link-handshake", new(() => [new byte[2500]]), Shake),
        new("link-frames-tcp", new(() => [[.. Frames().SelectMany(f => f)]]), OverTcp),
        new("link-frames-netmq", new(() => [[.. Frames().SelectMany(f => (byte[])[(byte)f.Length, .. f])]]), OverNetMq),
    ];

    private static ChannelOptions Options(DataPlane plane) => new()
    {
        Self = Role.Server,
        Plane = plane,
        Silence = TimeSpan.FromSeconds(3),
        Deadline = TimeSpan.FromSeconds(3),
    };

    private static string Meet(ChannelOptions options, byte[] bytes)
    {
        using var newcomer = new Newcomer(options);
        bool goesOn = newcomer.Take(bytes);
        return newcomer.Hello is not null ? "read" : goesOn ? "waits for more" : $"refused: {newcomer.Answer.Length}";
    }

    /// <summary>
    /// The input is added bit by bit to what the connecting end sends after its first flight: its proof, its part of the keys and its
    /// sealed hello. All or nothing of the hello is read.
    /// </summary>
    private static string Shake(byte[] damage)
    {
        using var client = Handshake.Connecting(s_keys[Role.Client]);
        using var server = new Newcomer(Options(DataPlane.Tcp) with { Keys = s_keys[Role.Server] });
        int at = 0;
        bool goesOn = server.Take(client.Outgoing());
        for (int i = 0; i < 4 && goesOn && client.Keys is null; i++)
        {
            client.Feed(server.Answer);
            goesOn = Take(client.Outgoing());
        }

        if (!goesOn || client.Keys is not { } keys)
        {
            return goesOn ? "waits for more" : "refused";
        }

        using (keys)
        {
            goesOn = Take(keys.Seal(Hello("Client")));
            return server.Hello is { } hello
                ? hello.Session == "s" && hello.Role == "Client" ? "read" : throw new InvalidDataException("It read another hello.")
                : goesOn ? "waits for more" : "refused";
        }

        bool Take(byte[] said)
        {
            for (int i = 0; i < said.Length && at < damage.Length; i++)
            {
                said[i] ^= damage[at++];
            }

            return said.Length == 0 || server.Take(said);
        }
    }

    private static string OverTcp(byte[] bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect("127.0.0.1", new Uri(s_tcp.Value.Address).Port);
        socket.Send(Hello("Client"));
        using ILink link = s_tcp.Value.Accept(Role.Client);
        socket.Send(bytes);
        socket.Shutdown(SocketShutdown.Send);
        return Hear(link);
    }

    private static string OverNetMq(byte[] bytes)
    {
        using var socket = new DealerSocket(s_netmq.Value.Address);
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        socket.SendFrame(Hello("Client"));
        using ILink link = s_netmq.Value.Accept(Role.Client);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes[at++], bytes.Length - at);
            socket.SendFrame(bytes[at..(at + length)]);
            at += length;
        }

        socket.SendFrame(FramedChannel.GoodbyeFrame(null));
        return Hear(link);
    }

    private static string Hear(ILink link)
    {
        try
        {
            link.Receive(FrameKind.Round, new byte[100]);
            link.Receive(FrameKind.Control, 1000);
            link.Receive(FrameKind.Control, 1000);
            return "read";
        }
        catch (ChannelException refusal)
        {
            return refusal.PeerFinished ? "ended" : refusal.Message;
        }
    }

    private static IEnumerable<byte[]> Frames() =>
    [
        Framed(FrameKind.Round, 1, new byte[100]), Framed(FrameKind.Heartbeat, 0, []), Framed(FrameKind.Control, 2, [1, 2, 3]),
        Framed(FrameKind.Control, 3, []), Framed(FrameKind.Goodbye, 0, [.. "no more"u8]),
    ];

    private static byte[] Hello(string role, string? shape = null) =>
        Framed(FrameKind.Hello, 0, JsonSerializer.SerializeToUtf8Bytes(new Hello(Transport.Hello.Name, role, "s", shape)));

    private static byte[] Framed(FrameKind kind, uint number, byte[] payload)
    {
        byte[] bytes = new byte[Frame.HeaderBytes + payload.Length];
        new Frame(kind, number, payload.Length).Write(bytes);
        payload.CopyTo(bytes, Frame.HeaderBytes);
        return bytes;
    }
}
