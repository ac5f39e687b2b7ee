using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// What client, server and dealer say to each other beside the protocol itself, in the order in which it is said. docs/wire.md holds the
/// same list, made from this one.
/// </summary>
/// <remarks>
/// The dealer believes nobody: it deals only when the client and the server have committed to the same version, model, plan and request
/// (<see cref="Commitment"/>), and gives out no seed before. Otherwise a server could have the dealer run another program than the client
/// runs.
/// </remarks>
public static class Conversation
{
    /// <summary>
    /// Of the messages, their order, and the order in which correlations are drawn. Processes of different versions refuse each other.
    /// </summary>
    public const int Version = 3;

    /// <summary>1. The server says what everybody may know of its model.</summary>
    public static Message<PublicModel> Model { get; } = new("model", Role.Server, Role.Client,
        "the model's features and sizes, its fixed-point plan, its hash, and the name of the mask B", 1 << 20, m => m.Check());

    /// <summary>2. The client says what it asks for.</summary>
    public static Message<ClientHello> Request { get; } = new("request", Role.Client, Role.Server,
        "numbers of tokens, the cache policy, what is revealed to the client, whether it has the masked weights already, and "
        + "names of packs that it may use", 4096, h => h.Check());

    /// <summary>3. The server grants it: what it does not grant ends the session here, before the dealer does anything.</summary>
    public static Message<Granted> Granted { get; } = new("granted", Role.Server, Role.Client,
        "the name of the pack that is used, if one is", 256);

    /// <summary>4. The server tells the dealer the model, the seed of B, and what it commits to.</summary>
    public static Message<DealerModel> ModelForDealer { get; } = new("dealer-model", Role.Server, Role.Dealer,
        "the model as in 1, the seed of the mask B, and the commitment", 1 << 20, m => m.Check());

    /// <summary>5. The client tells the dealer the request and what it commits to.</summary>
    public static Message<DealerRequest> RequestForDealer { get; } = new("dealer-request", Role.Client, Role.Dealer, "the request as in "
        + "2, and the commitment");

    /// <summary>6. The dealer, once the commitments are equal, gives the client its seed.</summary>
    public static Message<PartySeed> ClientSeed { get; } = new("client-seed", Role.Dealer, Role.Client, "the client's seed and the "
        + "session's public coins", 256, s => s.Check());

    /// <summary>7. And the server its own.</summary>
    public static Message<PartySeed> ServerSeed { get; } = new("server-seed", Role.Dealer, Role.Server, "the server's seed and the "
        + "session's public coins", 256, s => s.Check());

    // 8. Where the client has no masked weights, the server sends F in frames of its own kind. With a pack, 4 to 7 are left out, and both
    // then mark it as spent:

    /// <summary>8a. The client has marked the pack as spent, on its disk.</summary>
    public static Message<PackSpent> PackOfClient { get; } = new("pack-spent", Role.Client, Role.Server, "the pack's name", 256);

    /// <summary>8b. So has the server; no byte of the protocol is sent before.</summary>
    public static Message<PackSpent> PackOfServer { get; } = new("pack-begun", Role.Server, Role.Client, "the pack's name", 256);

    // Then the program runs: the prompt, and a pass after each "next".

    /// <summary>9. After each pass the client says how many of its tokens stay and whether another is wanted.</summary>
    public static Message<NextStep> Next { get; } = new("next", Role.Client, Role.Server, "rows of the last pass that stay, whether "
        + "another is wanted, and its rows", 256);

    /// <summary>Where drafts are verified, the client says the same to the dealer.</summary>
    public static Message<NextStep> PassOfClient { get; } = new("client-pass", Role.Client, Role.Dealer, "the same, where drafts are "
        + "verified", 256);

    /// <summary>And the server what it heard: the dealer goes on where both say the same.</summary>
    public static Message<NextStep> PassOfServer { get; } = new("server-pass", Role.Server, Role.Dealer, "the same, as the server heard "
        + "it", 256);

    /// <summary>10. After the last, the server says what the session took.</summary>
    public static Message<ProcessReport> ServerReport { get; } = new("server-report", Role.Server, Role.Client, "corrections received in "
        + "each step, CPU time, memory", 1 << 20);

    /// <summary>11. The client tells the dealer that it is done.</summary>
    public static Message<NextStep> Finished { get; } = new("finished", Role.Client, Role.Dealer, "nothing", 256);

    /// <summary>12. The dealer says what the session took.</summary>
    public static Message<ProcessReport> DealerReport { get; }
        = new("dealer-report", Role.Dealer, Role.Client, "CPU time and memory", 1 << 16);

    /// <summary>All messages, in order.</summary>
    public static IReadOnlyList<Message> All { get; } =
        [Model, Request, Granted, ModelForDealer, RequestForDealer, ClientSeed, ServerSeed, PackOfClient, PackOfServer, Next,
            PassOfClient, PassOfServer, ServerReport, Finished, DealerReport];

    /// <summary>
    /// What all three must agree on before anything is dealt: SHA-256 of version, public model (its plan included) and request, in
    /// hexadecimal.
    /// </summary>
    public static string Commitment(PublicModel model, GenerationRequest request)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] part in (byte[][])[[.. "mpcache session "u8, Version], Message.Canonical(model), Message.Canonical(request)])
        {
            hash.AppendData(BitConverter.GetBytes((long)part.Length));
            hash.AppendData(part);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
