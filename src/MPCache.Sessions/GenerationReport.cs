using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>The object that <c>generate --json</c> writes; docs/report-format.md documents it.</summary>
public sealed record GenerationReport
{
    /// <summary>The model.</summary>
    [JsonPropertyName("model")] public required ModelLine Model { get; init; }

    /// <summary>The cache policy.</summary>
    [JsonPropertyName("policy")] public required string Policy { get; init; }

    /// <summary>The policy's options and what it came to.</summary>
    [JsonPropertyName("cache")] public required CacheLine Cache { get; init; }

    /// <summary>"private", "plain-float" or "plain-fixed".</summary>
    [JsonPropertyName("engine")] public required string Engine { get; init; }

    /// <summary>What carried the messages: "netmq" or "tcp"; null in the clear.</summary>
    [JsonPropertyName("transport")] public string? Transport { get; init; }

    /// <summary>The slower link that the links acted like; null where they were not slowed down.</summary>
    [JsonPropertyName("link")] public LinkLine? Link { get; init; }

    /// <summary>The client's instruction set.</summary>
    [JsonPropertyName("instruction_set")] public required string InstructionSet { get; init; }

    /// <summary>Ids of the prompt.</summary>
    [JsonPropertyName("prompt_ids")] public required int[] PromptIds { get; init; }

    /// <summary>Ids of the generated tokens, an end token included.</summary>
    [JsonPropertyName("tokens")] public required int[] Tokens { get; init; }

    /// <summary>The generated text.</summary>
    [JsonPropertyName("text")] public required string Text { get; init; }

    /// <summary>Start-up, masked weights included.</summary>
    [JsonPropertyName("setup")] public required PhaseLine Setup { get; init; }

    /// <summary>The prompt and the first token.</summary>
    [JsonPropertyName("prefill")] public required PhaseLine Prefill { get; init; }

    /// <summary>One entry for each further token.</summary>
    [JsonPropertyName("decode")] public required PhaseLine[] Decode { get; init; }

    /// <summary>Prefill and decoding by stage of the program.</summary>
    [JsonPropertyName("stages")] public required StageLine[] Stages { get; init; }

    /// <summary>Bytes dealt to the server in prefill and decoding, by kind of correlation, as the server received them; empty in the clear.</summary>
    [JsonPropertyName("dealt_by_kind")] public Dictionary<string, long> DealtByKind { get; init; } = [];

    /// <summary>Where each process's time went from the end of the prompt on; empty in the clear.</summary>
    [JsonPropertyName("decode_shares")] public Dictionary<string, DecodeShare> DecodeShares { get; init; } = [];

    /// <summary>Largest resident memory of each process.</summary>
    [JsonPropertyName("peak_memory_mb")] public required Dictionary<string, double> PeakMemoryMb { get; init; }

    /// <summary>CPU time of each process, seconds.</summary>
    [JsonPropertyName("cpu_seconds")] public required Dictionary<string, double> CpuSeconds { get; init; }
}

/// <summary>A link of a report, and whether the dealer's links were like it too.</summary>
public sealed record LinkLine(
    [property: JsonPropertyName("rtt_ms")] double RoundTripMs, [property: JsonPropertyName("mbit_s")] double MegabitsPerSecond, [property: JsonPropertyName("dealer")] bool Dealer);

/// <summary>The model of a report.</summary>
public sealed record ModelLine(
    [property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("sha256")] string Sha256, [property: JsonPropertyName("parameters")] long Parameters);

/// <summary>What a cache policy came to.</summary>
/// <param name="Options">Every option of the policy.</param>
/// <param name="Kept">Prompt tokens that each layer kept after prefill; empty where the number depends on the prompt.</param>
/// <param name="Selected">Tokens that each head of each layer attended to at the last step; empty as above.</param>
public sealed record CacheLine(
    [property: JsonPropertyName("options")] Dictionary<string, string> Options,
    [property: JsonPropertyName("kept")] int[] Kept,
    [property: JsonPropertyName("selected")] int[] Selected)
{
    /// <summary>The line for a prompt and as many further tokens in the cache.</summary>
    public static CacheLine Of(CachePolicy policy, int prompt, int generated, int layers)
    {
        int[] ForLayers(Func<int, int> count) => policy.HasPublicCounts ? [.. Enumerable.Range(0, layers).Select(count)] : [];
        return new CacheLine(policy.Options.Where(o => !o.IsAlias).ToDictionary(o => o.Name, o => o.Read(policy)),
            ForLayers(l => policy.Kept(prompt, l)), ForLayers(l => policy.Selected(prompt, generated, l)));
    }
}

/// <summary>Where a process's time went while tokens were decoded, all of them together.</summary>
/// <param name="Seconds">Wall-clock.</param>
/// <param name="CpuSeconds">CPU time of all its threads.</param>
/// <param name="ExchangeSeconds">In exchanges: handing over messages and waiting for the peer.</param>
/// <param name="CorrelationSeconds">On correlations: expanding seeds; at the server also waiting for the dealer; at the dealer computing them.</param>
public sealed record DecodeShare(
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("cpu_seconds")] double CpuSeconds,
    [property: JsonPropertyName("exchange_seconds")] double ExchangeSeconds,
    [property: JsonPropertyName("correlation_seconds")] double CorrelationSeconds);

/// <summary>Bytes on each link.</summary>
public sealed record BytesLine
{
    /// <summary>Client to server.</summary>
    [JsonPropertyName("client_to_server")] public long ClientToServer { get; init; }

    /// <summary>Server to client.</summary>
    [JsonPropertyName("server_to_client")] public long ServerToClient { get; init; }

    /// <summary>Dealer to client.</summary>
    [JsonPropertyName("dealer_to_client")] public long DealerToClient { get; init; }

    /// <summary>Dealer to server.</summary>
    [JsonPropertyName("dealer_to_server")] public long DealerToServer { get; init; }

    /// <summary>Either party to the dealer.</summary>
    [JsonPropertyName("to_dealer")] public long ToDealer { get; init; }
}

/// <summary>What the cost engine says of a phase.</summary>
public sealed record PredictedLine([property: JsonPropertyName("rounds")] long Rounds, [property: JsonPropertyName("bytes")] BytesLine Bytes);

/// <summary>One phase of a generation.</summary>
public sealed record PhaseLine
{
    /// <summary>Wall-clock seconds at the client.</summary>
    [JsonPropertyName("seconds")] public double Seconds { get; init; }

    /// <summary>Exchanges between client and server.</summary>
    [JsonPropertyName("rounds")] public long Rounds { get; init; }

    /// <summary>Payload bytes.</summary>
    [JsonPropertyName("bytes")] public required BytesLine Bytes { get; init; }

    /// <summary>The cost engine's figures; absent for set-up.</summary>
    [JsonPropertyName("predicted"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public PredictedLine? Predicted { get; init; }

    /// <summary>Whether a number left the range of its fixed-point format in this phase; absent where nobody looked.</summary>
    [JsonPropertyName("left_range"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? LeftRange { get; init; }
}

/// <summary>One stage of the program, over prefill and decoding together.</summary>
public sealed record StageLine(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("rounds")] long Rounds,
    [property: JsonPropertyName("bytes")] long Bytes,
    [property: JsonPropertyName("dealt")] long Dealt);
