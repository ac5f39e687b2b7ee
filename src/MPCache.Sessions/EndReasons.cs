using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What peers are told when a session fails.</summary>
public static class EndReasons
{
    /// <summary>The reason that stands for an exception.</summary>
    public static EndReason Of(Exception e) => e switch
    {
        SessionException s => s.Reason,
        OperationCanceledException => EndReason.Interrupted,
        ChannelException c => Lost(c.Peer),
        OutOfMemoryException => EndReason.Memory,
        ArgumentException => EndReason.MakesNoSense,
        IOException or UnauthorizedAccessException => EndReason.Storage,
        _ => EndReason.Internal,
    };

    /// <summary>The fixed sentence that a peer is told.</summary>
    /// <param name="reason">Why the session ended.</param>
    /// <param name="self">Who ended it.</param>
    public static string Sentence(EndReason reason, Role self)
    {
        string name = self.ToString().ToLowerInvariant();
        return reason switch
        {
            EndReason.Interrupted => $"the {name} was interrupted",
            EndReason.OtherVersion => "this process is of another version of MPCache: install the same at all three",
            EndReason.OutOfTurn => $"the {name} was told something out of turn",
            EndReason.Unreadable => $"the {name} was sent a message that it cannot read: are all three of the same version?",
            EndReason.MakesNoSense => $"the {name} was sent sizes or options that make no sense, or that it does not run",
            EndReason.Disagreement => "the client and the server told the dealer different models or requests: one of them is faulty or "
                + "dishonest, and nothing was dealt",
            EndReason.NotAllowed => "the server does not allow what was asked for (its --allow options and limits)",
            EndReason.NotDealt => "the dealer does not deal for this server and model (its \"mpcache keys list dealer\")",
            EndReason.TooLarge => "the masked weights are larger than the client stores (its --max-weights-gb)",
            EndReason.OtherModel => "the prompt does not fit this model: the client's tokenizer belongs to another",
            EndReason.NoPack => $"the {name} found no pack for this session: each is for one model and request, is used once, and is named "
                + "by both, or both use a dealer (mpcache packs list)",
            EndReason.Storage => $"the {name} could not read or write a file (its own message says which)",
            EndReason.LostClient => $"the {name}'s link to the client failed",
            EndReason.LostServer => $"the {name}'s link to the server failed",
            EndReason.LostDealer => $"the {name}'s link to the dealer failed",
            EndReason.Memory => $"the {name} ran out of memory",
            _ => $"the {name} failed (its own message says why)",
        };
    }

    private static EndReason Lost(string peer) =>
        peer.StartsWith("client", StringComparison.Ordinal) ? EndReason.LostClient
        : peer.StartsWith("server", StringComparison.Ordinal) ? EndReason.LostServer
        : EndReason.LostDealer;
}
