using System.Security.Cryptography;
using System.Text.Json;
using MPCache.Inference;

namespace MPCache.Sessions;

/// <summary>
/// What a dealer needs of a server to deal ahead: the same record that it tells a dealer in a session, without a request. A secret file: a
/// client that had it could read the weights out of F.
/// </summary>
/// <param name="Model">What the server tells clients.</param>
/// <param name="MaskSeed">The seed of B, 16 bytes.</param>
public sealed record DealOrder(PublicModel Model, byte[] MaskSeed)
{
    /// <summary>Reads one and checks it as a server's message is checked.</summary>
    /// <exception cref="IOException">It is none, or damaged.</exception>
    public static DealOrder Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            DealOrder order = Message.Parse<DealOrder>(bytes);
            order.ForDealer(new GenerationRequest { PromptTokens = 1, MaxTokens = 1, Policy = "full", Reveal = "token" }).Check();
            return order;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new IOException($"{path} is no order of a server, or a damaged one: write it again with \"mpcache packs describe\", of "
                + $"the same version.", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Writes it to a new file that its owner alone may read.</summary>
    /// <exception cref="IOException">There is such a file, or it cannot be written.</exception>
    public void Write(string path)
    {
        byte[] bytes = Message.Canonical(this);
        PrivateFile.Create(path, bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Overwrites and removes an order that has served.</summary>
    public static void Wipe(string path) => PrivateFile.Wipe(path);

    /// <summary>The record that the server would tell the dealer for a request.</summary>
    internal DealerModel ForDealer(GenerationRequest request)
        => new(Model, [.. MaskSeed], Conversation.Commitment(Model, request));

    /// <summary>Not the seed: a record's own text would hold it.</summary>
    public override string ToString() => nameof(DealOrder);
}
