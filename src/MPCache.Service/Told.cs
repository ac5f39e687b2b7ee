using MPCache.Sessions;

namespace MPCache.Service;

/// <summary>The objects of an answer.</summary>
internal static class Told
{
    /// <summary>Tokens, as OpenAI counts them.</summary>
    public static object Usage(GenerationReport report) => new
    {
        PromptTokens = report.PromptIds.Length,
        CompletionTokens = report.Tokens.Length,
        TotalTokens = report.PromptIds.Length + report.Tokens.Length,
        PromptTokensDetails = new { CachedTokens = 0 },
        CompletionTokensDetails = new { ReasoningTokens = 0 },
    };

    /// <summary>What the answer cost: the field <c>mpcache</c>, in the words of docs/report-format.md.</summary>
    public static object Cost(GenerationReport report) => new
    {
        report.Policy,
        Setup = report.Setup,
        Prompt = report.Prefill with { Predicted = null },
        Tokens = new
        {
            Count = report.Decode.Length,
            Seconds = report.Decode.Sum(d => d.Seconds),
            Rounds = report.Decode.Sum(d => d.Rounds),
            Bytes = new BytesLine
            {
                ClientToServer = report.Decode.Sum(d => d.Bytes.ClientToServer),
                ServerToClient = report.Decode.Sum(d => d.Bytes.ServerToClient),
                DealerToServer = report.Decode.Sum(d => d.Bytes.DealerToServer),
            },
        },
        report.Stages,
        LeftRange = report.Decode.Append(report.Prefill).Any(d => d.LeftRange == true),
    };

    /// <summary>What happens now, for who asked for it; null for what the text tells by itself.</summary>
    public static object? Progress(GenerationEvent happened, WireWatch watch)
    {
        (string phase, long done, long total) = happened switch
        {
            GenerationEvent.Waiting w => ("waiting", 0, w.Ahead),
            GenerationEvent.Connecting => ("connecting", 0, 0),
            GenerationEvent.Receiving r => ("receiving", r.Bytes, r.Total),
            GenerationEvent.Started => ("started", 0, 0),
            GenerationEvent.Prompt p => ("prompt", p.Done, p.Total),
            GenerationEvent.Piece => ("token", 0, 0),
            GenerationEvent.LeftRange l => ("left_range", l.Token, 0),
            _ => ("", 0L, 0L),
        };
        if (phase == "")
        {
            return null;
        }

        WireSeen seen = watch.Seen;
        return new
        {
            phase,
            done,
            total,
            seen.Rounds,
            seen.Bytes,
            ServerSees = Convert.ToHexStringLower(seen.LastToServer),
            ClientSees = Convert.ToHexStringLower(seen.LastToClient),
            ServerTold = seen.SaidToServer,
            DealerTold = seen.SaidToDealer,
        };
    }
}
