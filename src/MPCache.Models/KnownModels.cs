using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>Sizes and features of models that people plan for, from their published configurations.</summary>
internal static class KnownModels
{
    private static readonly ModelConfig[] All =
    [
        Llama("Scribe-5M", 6, 256, (4, 2, 64), 704, 2048, 2048) with { TiedOutput = true, BosToken = 0, AddBos = true, EndTokens = [0] },
        Llama("SmolLM2-135M", 30, 576, (9, 3, 64), 1536, 49_152, 8192, 100_000) with
        {
            TiedOutput = true, BosToken = 1, EndTokens = [0, 2],
        },
        Llama("SmolLM3-3B", 36, 2048, (16, 4, 128), 11_008, 128_256, 65_536, 5_000_000) with
        {
            NormEpsilon = 1e-6f, TiedOutput = true, LayersWithoutRotary = [.. Enumerable.Range(0, 36).Where(l => l % 4 == 3)],
            BosToken = 128_000, EndTokens = [128_012],
        },
        Llama("GPT-2", 12, 768, (12, 12, 64), 3072, 50_257, 1024) with
        {
            Norm = NormKind.MeanAndDeviation, NormBias = true, Rotary = null, Gated = false, Activation = ActivationKind.GeluTanh,
            QueryKeyValueBias = true, AttentionOutputBias = true, FeedForwardBias = true,
            TiedOutput = true, BosToken = 50_256, EndTokens = [50_256],
        },
        Llama("LLaMA-7B", 32, 4096, (32, 32, 128), 11_008, 32_000, 2048) with
        {
            NormEpsilon = 1e-6f, BosToken = 1, AddBos = true, EndTokens = [2],
        },
        Llama3("Llama-3-8B", 32, 4096, (32, 8, 128), 14_336, 8192, 0),
        Llama3("Llama-3.1-8B", 32, 4096, (32, 8, 128), 14_336, 131_072, 8),
        Llama3("Llama-3.1-70B", 80, 8192, (64, 8, 128), 28_672, 131_072, 8),
        Llama3("Llama-3.2-1B", 16, 2048, (32, 8, 64), 8192, 131_072, 32) with { TiedOutput = true },
        Llama3("Llama-3.2-3B", 28, 3072, (24, 8, 128), 8192, 131_072, 32) with { TiedOutput = true },
        Qwen2("Qwen2.5-0.5B", 24, 896, (14, 2, 64), 4864, 151_936, 32_768) with { TiedOutput = true },
        Qwen2("Qwen2.5-7B", 28, 3584, (28, 4, 128), 18_944, 152_064, 131_072),
        Qwen3("Qwen3-0.6B", 28, 1024, 16, 3072) with { TiedOutput = true },
        Qwen3("Qwen3-4B", 36, 2560, 32, 9728) with { TiedOutput = true },
        Qwen3("Qwen3-8B", 36, 4096, 32, 12_288),
        Llama("Gemma-3-1B", 26, 1152, (4, 1, 256), 6912, 262_144, 32_768) with
        {
            NormEpsilon = 1e-6f, QueryKeyNorm = true, PostNorms = true, Activation = ActivationKind.GeluTanh,
            EmbeddingScale = MathF.Sqrt(1152),
            Rotary = new() { Base = 1_000_000, Dimensions = 256, LocalBase = 10_000 }, TiedOutput = true,
            SlidingWindow = 512, SlidingLayers = [.. Enumerable.Range(0, 26).Where(l => l % 6 != 5)],
            BosToken = 2, AddBos = true, EndTokens = [1, 106],
        },
        Llama("Phi-3-mini", 32, 3072, (32, 32, 96), 8192, 32_064, 4096) with
        {
            SlidingWindow = 2047, SlidingLayers = Every(32), BosToken = 1, EndTokens = [32_000, 32_001, 32_007],
        },
        Llama("Mistral-7B", 32, 4096, (32, 8, 128), 14_336, 32_000, 32_768) with
        {
            SlidingWindow = 4096, SlidingLayers = Every(32), BosToken = 1, AddBos = true, EndTokens = [2],
        },
    ];

    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(All, m => m.Name);

    public static ModelConfig? Find(string name) => Array.Find(All, m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ImmutableArray<int> Every(int layers) => [.. Enumerable.Range(0, layers)];

    private static ModelConfig Llama(
        string name, int layers, int width, (int Query, int KeyValue, int Dim) heads, int feedForward, int vocabulary, int context,
        float ropeBase = 10_000) => new()
        {
            Name = name,
            Layers = layers,
            Width = width,
            Heads = heads.Query,
            KeyValueHeads = heads.KeyValue,
            HeadDim = heads.Dim,
            FeedForward = feedForward,
            Vocabulary = vocabulary,
            ContextLength = context,
            NormEpsilon = 1e-5f,
            Rotary = new() { Base = ropeBase, Dimensions = heads.Dim },
            TiedOutput = false,
        };

    private static ModelConfig Llama3(
        string name, int layers, int width, (int Query, int KeyValue, int Dim) heads, int feedForward, int context, int scale)
    {
        ModelConfig config = Llama(name, layers, width, heads, feedForward, 128_256, context, 500_000);
        return config with
        {
            Rotary = scale == 0 ? config.Rotary : config.Rotary!.WithLlama3Scaling(scale, 1, 4, 8192),
            BosToken = 128_000,
            AddBos = true,
            EndTokens = [128_001, 128_009],
        };
    }

    private static ModelConfig Qwen2(
        string name, int layers, int width, (int Query, int KeyValue, int Dim) heads, int feedForward, int vocabulary, int context) =>
        Llama(name, layers, width, heads, feedForward, vocabulary, context, 1_000_000) with
        {
            NormEpsilon = 1e-6f,
            QueryKeyValueBias = true,
            EndTokens = [151_643, 151_645],
        };

    private static ModelConfig Qwen3(string name, int layers, int width, int heads, int feedForward) =>
        Llama(name, layers, width, (heads, 8, 128), feedForward, 151_936, 40_960, 1_000_000) with
        {
            NormEpsilon = 1e-6f,
            QueryKeyNorm = true,
            EndTokens = [151_643, 151_645],
        };
}
