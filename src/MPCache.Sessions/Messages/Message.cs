using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// One kind of control message: its name, its ends, and how it is checked when it arrives. Messages are listed in <see
/// cref="Conversation"/>.
/// </summary>
public abstract record Message(string Name, Role From, Role To, string Holds, int Longest)
{
    private protected static readonly JsonSerializerOptions Json = new()
    {
        // A field that one side does not know would be left out of what both commit to; an absent or null one would surface as a raw
        // exception later.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 16,
    };

    /// <summary>The bytes that stand for a value in commitments: the same at every process of one version.</summary>
    internal static byte[] Canonical<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Json);

    /// <summary>Reads what <see cref="Canonical"/> wrote, as strictly as a message.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    internal static T Parse<T>(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<T>(bytes, Json) ?? throw new JsonException("null");

    private protected sealed record Envelope<T>(int Version, string Message, T Body);

    private protected sealed record Header
    {
        public int Version { get; init; }

        public string Message { get; init; } = "";
    }
}

/// <summary>A control message that holds a <typeparamref name="T"/>, as JSON in one frame.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="From">Who sends it.</param>
/// <param name="To">Who hears it.</param>
/// <param name="Holds">What it may hold, in words.</param>
/// <param name="Longest">Bytes at most.</param>
/// <param name="Check">Throws an <see cref="ArgumentException"/> where the value makes no sense; null where any value of its type
/// does.</param>
public sealed record Message<T>(
    string Name,
    Role From,
    Role To,
    string Holds,
    int Longest = 4096,
    Action<T>? Check = null) : Message(Name, From, To, Holds, Longest)
{
    /// <summary>Sends it.</summary>
    public void Tell(IChannel channel, T body)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(new Envelope<T>(Conversation.Version, Name, body), Json);
        channel.Send(FrameKind.Control, bytes);
        CryptographicOperations.ZeroMemory(bytes); // it may have held a seed
    }

    /// <summary>Receives it.</summary>
    /// <exception cref="SessionException">The peer speaks another version, said something else, or what it said makes no sense.</exception>
    /// <exception cref="ChannelException">The link failed.</exception>
    public T Hear(IChannel channel)
    {
        byte[] bytes = channel.Receive(FrameKind.Control, Longest);
        try
        {
            Header header = JsonSerializer.Deserialize<Header>(bytes) ?? throw new JsonException("it is null");
            if (header.Version != Conversation.Version)
            {
                throw new SessionException(EndReason.OtherVersion,
                    $"{channel.Peer} speaks version {header.Version} of the conversation, this process version {Conversation.Version}. "
                        + $"Install the same version of MPCache at both.");
            }

            if (header.Message != Name)
            {
                throw new SessionException(EndReason.OutOfTurn, $"{channel.Peer} said something else where \"{Name}\" was due.");
            }

            T body = JsonSerializer.Deserialize<Envelope<T>>(bytes, Json)!.Body ?? throw new JsonException("it has no body.");
            Check?.Invoke(body);
            return body;
        }
        catch (JsonException e)
        {
            throw new SessionException(EndReason.Unreadable, $"{channel.Peer} sent a \"{Name}\" that cannot be read: {e.Message} Are "
                + $"both sides of the same version?", e);
        }
        catch (ArgumentException e)
        {
            throw new SessionException(EndReason.MakesNoSense, $"{channel.Peer} sent a \"{Name}\" that makes no sense: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
