using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// One party's part of a pack, a small secret file: its seed, what the pack was dealt for, and at the server the key that its corrections
/// are checked with. Deleted before the pack's first byte is sent.
/// </summary>
public sealed record PackTicket
{
    /// <summary>How a ticket's file ends.</summary>
    public const string Extension = ".ticket";

    /// <summary>Of the conversation that the pack was dealt for.</summary>
    public required int Version { get; init; }

    /// <summary>The pack's name, 128 bits in hexadecimal, the same at both.</summary>
    public required string Id { get; init; }

    /// <summary>"client" or "server".</summary>
    public required string Side { get; init; }

    /// <summary>The model's name, for lists.</summary>
    public required string Model { get; init; }

    /// <summary>What it was dealt for.</summary>
    public required GenerationRequest Request { get; init; }

    /// <summary>See <see cref="Conversation.Commitment"/>.</summary>
    public required string Commitment { get; init; }

    /// <summary>Seed and coins.</summary>
    public required PartySeed Seed { get; init; }

    /// <summary>Bytes dealt.</summary>
    public required long DealtBytes { get; init; }

    /// <summary>The key of the corrections' hashes, 32 bytes; empty at the client.</summary>
    public required byte[] BlockKey { get; init; }

    /// <summary>Whether it is the server's.</summary>
    [JsonIgnore]
    public bool IsServers => Side == "server";

    /// <summary>Reads one.</summary>
    /// <exception cref="IOException">It is no ticket, or damaged.</exception>
    public static PackTicket Read(string path)
    {
        PackTicket ticket;
        try
        {
            ticket = Message.Parse<PackTicket>(File.ReadAllBytes(path));
            ticket.Check();
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException)
        {
            throw new IOException($"{path} is no ticket of a pack, or a damaged one. Fetch it from the dealer again, or remove it.", e);
        }

        return ticket.Version == Conversation.Version
            ? ticket
            : throw new IOException($"{path} was dealt for version {ticket.Version} of the conversation, and this is version "
                + $"{Conversation.Version}. Remove it, and have packs dealt by the version that runs.");
    }

    private void Check()
    {
        Hex.Check(Id, 16, "pack's name");
        Hex.Check(Commitment, 32, "commitment");
        Seed.Check();
        if (Side is not ("client" or "server") || BlockKey.Length != (IsServers ? 32 : 0) || DealtBytes < 1)
        {
            throw new ArgumentException("the ticket's side, key or size makes no sense");
        }
    }

    /// <summary>Not the seed: a record's own text would hold it.</summary>
    public override string ToString() => $"{Side} ticket {Id}";
}
