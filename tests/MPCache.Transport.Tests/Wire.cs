using System.Text.Json;
using MPCache.Protocols;

namespace MPCache.Transport.Tests;

/// <summary>Frames as bytes, for peers that do what they should not.</summary>
internal static class Wire
{
    public static byte[] Hello(string role = "Client", string protocol = Transport.Hello.Name, string? shape = null) =>
        Framed(FrameKind.Hello, 0, JsonSerializer.SerializeToUtf8Bytes(new Hello(protocol, role, "s", shape)));

    public static byte[] Framed(FrameKind kind, uint number, byte[] payload)
    {
        byte[] bytes = new byte[Frame.HeaderBytes + payload.Length];
        new Frame(kind, number, payload.Length).Write(bytes);
        payload.CopyTo(bytes, Frame.HeaderBytes);
        return bytes;
    }
}
