namespace MPCache.Models;

/// <summary>Sizes of models that people plan for, from their published configurations.</summary>
internal static class KnownModels
{
    private static readonly ModelConfig[] All =
    [
        new()
        {
            Name = "Scribe-5M", Family = ModelFamily.Llama, Layers = 6, Width = 256, Heads = 4, KeyValueHeads = 2, HeadDim = 64,
            FeedForward = 704, Vocabulary = 2048, ContextLength = 2048, NormEpsilon = 1e-5f, RopeBase = 10_000, TiedOutput = true,
            BosToken = 0, AddBos = true, EndTokens = [0],
        },
        new()
        {
            Name = "SmolLM2-135M", Family = ModelFamily.Llama, Layers = 30, Width = 576, Heads = 9, KeyValueHeads = 3, HeadDim = 64,
            FeedForward = 1536, Vocabulary = 49_152, ContextLength = 8192, NormEpsilon = 1e-5f, RopeBase = 100_000, TiedOutput = true,
            BosToken = 1, EndTokens = [0, 2],
        },
        new()
        {
            Name = "GPT-2", Family = ModelFamily.Gpt2, Layers = 12, Width = 768, Heads = 12, KeyValueHeads = 12, HeadDim = 64,
            FeedForward = 3072, Vocabulary = 50_257, ContextLength = 1024, NormEpsilon = 1e-5f, TiedOutput = true,
            BosToken = 50_256, EndTokens = [50_256],
        },
        new()
        {
            Name = "LLaMA-7B", Family = ModelFamily.Llama, Layers = 32, Width = 4096, Heads = 32, KeyValueHeads = 32, HeadDim = 128,
            FeedForward = 11_008, Vocabulary = 32_000, ContextLength = 2048, NormEpsilon = 1e-6f, RopeBase = 10_000, TiedOutput = false,
            BosToken = 1, AddBos = true, EndTokens = [2],
        },
        new()
        {
            Name = "Llama-3-8B", Family = ModelFamily.Llama, Layers = 32, Width = 4096, Heads = 32, KeyValueHeads = 8, HeadDim = 128,
            FeedForward = 14_336, Vocabulary = 128_256, ContextLength = 8192, NormEpsilon = 1e-5f, RopeBase = 500_000, TiedOutput = false,
            BosToken = 128_000, AddBos = true, EndTokens = [128_001, 128_009],
        },
    ];

    public static IReadOnlyList<string> Names { get; } = Array.ConvertAll(All, m => m.Name);

    public static ModelConfig? Find(string name) => Array.Find(All, m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
