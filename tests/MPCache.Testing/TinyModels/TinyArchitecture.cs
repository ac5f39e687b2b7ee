using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MPCache.Models;

namespace MPCache.Testing;

/// <summary>
/// One architecture as its files state it: a row for each that the readers know. Names and keys are written here independently of the
/// readers. Every
/// test of formats, engines and llama.cpp's logits runs over all rows.
/// </summary>
public sealed record TinyArchitecture(string Name)
{
    /// <summary>The rows.</summary>
    public static ImmutableArray<TinyArchitecture> All { get; } =
    [
        new("llama") { Interleaved = true },
        new("llama-3.1")
        {
            Gguf = "llama", HuggingFace = "llama", Interleaved = true,
            Features = c => c with { Rotary = c.Rotary!.WithLlama3Scaling(8, 1, 4, 32), TiedOutput = true },
            GgufKeys = (b, c) => b.Tensor("rope_freqs.weight", c.Rotary!.FrequencyFactors.Length, 1, [.. c.Rotary.FrequencyFactors]),
            Json = (j, c) => j["rope_scaling"] = JsonNode.Parse(
                """
                {"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":32}
                """),
        },
        new("mistral")
        {
            Gguf = "llama", Interleaved = true, IsLlamaCpps = false, // which slides no layer of an architecture "llama"
            Features = c => Sliding(c, _ => true),
            GgufKeys = (b, c) => b.Key("llama.attention.sliding_window", (uint)c.SlidingWindow),
            Json = (j, c) => j["sliding_window"] = c.SlidingWindow,
        },
        new("qwen2") { Features = c => c with { QueryKeyValueBias = true } },
        new("qwen3") { Features = c => c with { QueryKeyNorm = true, HeadDim = 8, Rotary = c.Rotary! with { Dimensions = 8 } } },
        new("smollm3")
        {
            Interleaved = true,
            Features = c => c with { Layers = 4, LayersWithoutRotary = [3] },
            Json = (j, c) => j["no_rope_layers"] = new JsonArray([.. Enumerable.Range(0, 4).Select(l => (JsonNode)(l == 3 ? 0 : 1))]),
        },
        new("phi3") { FusedQueryKeyValue = "self_attn.qkv_proj", FusedGateUp = true },
        new("gemma3")
        {
            HuggingFace = "gemma3_text", NormsLessOne = true,
            Features = c => Sliding(c with { Layers = 6 }, l => l != 5) with
            {
                QueryKeyNorm = true, PostNorms = true, Activation = ActivationKind.GeluTanh, EmbeddingScale = MathF.Sqrt(c.Width),
                Rotary = c.Rotary! with { LocalBase = 10_000 }, TiedOutput = true,
            },
            GgufKeys = (b, c) => b.Key("gemma3.attention.sliding_window", (uint)c.SlidingWindow),
            Json = (j, c) =>
            {
                (j["sliding_window"], j["sliding_window_pattern"], j["query_pre_attn_scalar"]) = (c.SlidingWindow, 6, c.HeadDim);
                (j["rope_local_base_freq"], j["hidden_activation"]) = (10_000.0, "gelu_pytorch_tanh");
                j.Remove("hidden_act");
            },
        },
        new("gpt2")
        {
            FusedQueryKeyValue = "attn.c_attn",
            Features = c => c with
            {
                Norm = NormKind.MeanAndDeviation, NormBias = true, Rotary = null, Gated = false, Activation = ActivationKind.GeluTanh,
                QueryKeyValueBias = true, AttentionOutputBias = true, FeedForwardBias = true, KeyValueHeads = c.Heads, TiedOutput = true,
            },
        },
    ];

    /// <summary>GGUF's general.architecture.</summary>
    public string Gguf { get; init; } = Name;

    /// <summary>config.json's model_type.</summary>
    public string HuggingFace { get; init; } = Name;

    /// <summary>Whether llama.cpp computes what the file declares.</summary>
    public bool IsLlamaCpps { get; init; } = true;

    /// <summary>Whether a GGUF has the rows of queries and keys in the order of pairs (2i, 2i+1).</summary>
    public bool Interleaved { get; init; }

    /// <summary>Hugging Face's name of the one matrix of queries, keys and values, where they are one (GGUF's is attn_qkv).</summary>
    public string? FusedQueryKeyValue { get; init; }

    /// <summary>Whether gate and up are one matrix.</summary>
    public bool FusedGateUp { get; init; }

    /// <summary>Whether Hugging Face has the norms' weights less one.</summary>
    public bool NormsLessOne { get; init; }

    /// <summary>The features, from Llama's.</summary>
    public Func<ModelConfig, ModelConfig> Features { get; init; } = c => c;

    /// <summary>Writes a GGUF's keys and tensors that only this architecture has.</summary>
    public Action<GgufBuilder, ModelConfig> GgufKeys { get; init; } = (_, _) => { };

    /// <summary>Changes config.json.</summary>
    public Action<JsonObject, ModelConfig> Json { get; init; } = (_, _) => { };

    /// <summary>The row of a name.</summary>
    public static TinyArchitecture Of(string name) => All.Single(a => a.Name == name);

    private static ModelConfig Sliding(ModelConfig config, Predicate<int> slides) => config with
    {
        SlidingWindow = config.ContextLength / 2,
        SlidingLayers = [.. Enumerable.Range(0, config.Layers).Where(l => slides(l))],
    };
}
