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

    /// <summary>How tokens were drawn; null where the largest logit was taken.</summary>
    [JsonPropertyName("sampling")] public SamplingLine? Sampling { get; init; }

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

    /// <summary>One entry for each further pass: for each token, where none were guessed.</summary>
    [JsonPropertyName("decode")] public required PhaseLine[] Decode { get; init; }

    /// <summary>Prefill and decoding by stage of the program.</summary>
    [JsonPropertyName("stages")] public required StageLine[] Stages { get; init; }

    /// <summary>
    /// Bytes dealt to the server in prefill and decoding, by kind of correlation, as the server received them; empty in the clear.
    /// </summary>
    [JsonPropertyName("dealt_by_kind")] public Dictionary<string, long> DealtByKind { get; init; } = [];

    /// <summary>Where each process's time went from the end of the prompt on; empty in the clear.</summary>
    [JsonPropertyName("decode_shares")] public Dictionary<string, DecodeShare> DecodeShares { get; init; } = [];

    /// <summary>Largest resident memory of each process.</summary>
    [JsonPropertyName("peak_memory_mb")] public required Dictionary<string, double> PeakMemoryMb { get; init; }

    /// <summary>CPU time of each process, seconds.</summary>
    [JsonPropertyName("cpu_seconds")] public required Dictionary<string, double> CpuSeconds { get; init; }
}
