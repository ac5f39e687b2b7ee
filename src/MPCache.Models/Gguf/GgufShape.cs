using System.Collections.Immutable;
using MPCache.Models.Families;
using MPCache.Models.Storage;

namespace MPCache.Models.Gguf;

/// <summary>The keys of GGUF's metadata that most architectures share: sizes, rotary positions, sliding layers; and biases, by their
/// tensors.</summary>
internal static class GgufShape
{
    /// <summary>The tensor by which a GGUF states Llama 3.1's scaling of the rotary frequencies.</summary>
    public const string FrequencyFactors = "rope_freqs.weight";

    private const int MostLayers = 1 << 12;

    /// <summary>What the keys say; the family adds what they leave unsaid.</summary>
    /// <exception cref="ModelFormatException">A key is missing or mistyped, or asks for what no engine does.</exception>
    public static ModelConfig Read(ModelFamily family, string architecture, GgufFile file)
    {
        foreach (string cap in new[] { "attn_logit_softcapping", "final_logit_softcapping" })
        {
            Refuse(file.Number($"{architecture}.{cap}") is > 0, $"'{architecture}.{cap}' is set: capped logits are not supported");
        }

        Refuse(file.Integer($"{architecture}.expert_count") is > 0, "models with experts are not supported");
        (int width, int heads, int layers) = (Required("embedding_length"), Required("attention.head_count"), Required("block_count"));
        int headDim = file.Integer($"{architecture}.attention.key_length") ?? (heads > 0 ? width / heads : 0);
        StoredTensor embedding = file.Tensors.GetValueOrDefault("token_embd.weight")
            ?? throw new ModelFormatException(file.Path, "it is missing", "token_embd.weight");
        int vocabulary = (int)Math.Min(embedding.Shape[0], int.MaxValue), rotated = file.Integer($"{architecture}.rope.dimension_count")
            ?? headDim;
        Expect("attention.value_length", headDim);
        Expect("vocab_size", vocabulary);
        if (family.GgufInterleavesRotary)
        {
            Expect("rope.dimension_count", headDim);
        }

        ImmutableArray<int> sliding = SlidingLayers();
        return new ModelConfig
        {
            Name = file.Text("general.name") ?? Path.GetFileNameWithoutExtension(file.Path),
            Layers = layers,
            Width = width,
            Heads = heads,
            KeyValueHeads = file.Integer($"{architecture}.attention.head_count_kv") ?? heads,
            HeadDim = headDim,
            FeedForward = Required("feed_forward_length"),
            Vocabulary = vocabulary,
            ContextLength = Required("context_length"),
            NormEpsilon = file.Number($"{architecture}.attention.layer_norm_rms_epsilon")
                ?? file.Number($"{architecture}.attention.layer_norm_epsilon")
                    ?? throw Missing($"{architecture}.attention.layer_norm_rms_epsilon"),
            Rotary = Rotary(),
            SlidingWindow = sliding.IsEmpty ? 0 : Required("attention.sliding_window"),
            SlidingLayers = sliding,
            QueryKeyValueBias = file.Tensors.ContainsKey("blk.0.attn_q.bias"),
            AttentionOutputBias = file.Tensors.ContainsKey("blk.0.attn_output.bias"),
            Activation = family.Activation,
            TiedOutput = !file.Tensors.ContainsKey("output.weight"),
        };

        RotaryPositions Rotary()
        {
            var rotary = new RotaryPositions { Base = file.Number($"{architecture}.rope.freq_base") ?? 10_000, Dimensions = rotated };
            string? scaling = file.Text($"{architecture}.rope.scaling.type");
            Refuse(
                scaling is not (null or "none" or "linear"),
                $"the rotary scaling '{ModelFormatException.Printable(scaling ?? "")}' is not supported");
            if (scaling == "linear" && rotated is > 0 and <= 1 << 16)
            {
                string key = $"{architecture}.rope.scaling.factor";
                rotary = rotary.WithLinearScaling(file.Number(key) ?? throw Missing(key));
            }

            if (file.Tensors.GetValueOrDefault(FrequencyFactors) is not { } stored)
            {
                return rotary;
            }

            Refuse(scaling == "linear" || stored.Type != StorageType.F32 || stored.Shape.Length != 1 || stored.Shape[0] != rotated / 2,
                $"'{FrequencyFactors}' does not hold one F32 factor for each of the {rotated / 2} rotary frequencies");
            return rotary with { FrequencyFactors = [.. TensorView.ReadVector(stored)] };
        }

        ImmutableArray<int> SlidingLayers()
        {
            if (file.Integer($"{architecture}.attention.sliding_window") is not > 0)
            {
                return [];
            }

            string key = $"{architecture}.attention.sliding_window_pattern";
            IEnumerable<int> all = Enumerable.Range(0, Math.Clamp(layers, 0, MostLayers));
            if (file.IsArray(key))
            {
                bool[] slides = file.Flags(key)!;
                Refuse(slides.Length < layers, $"'{key}' says of {slides.Length} layers whether they slide, not of {layers}");
                return [.. all.Where(l => slides[l])];
            }

            int period = file.Integer(key) ?? 0;
            return [.. all.Where(l => family.Slides(l, Math.Max(0, period)))];
        }

        void Expect(string key, int expected) => Refuse(file.Integer($"{architecture}.{key}") is { } actual && actual != expected,
            $"'{architecture}.{key}' is {file.Integer($"{architecture}.{key}")}, where the model's sizes ask for {expected}");

        int Required(string key) => file.Integer($"{architecture}.{key}") ?? throw Missing($"{architecture}.{key}");

        ModelFormatException Missing(string key) => new(file.Path, $"the metadata key '{key}' is missing");

        void Refuse(bool condition, string cause)
        {
            if (condition)
            {
                throw new ModelFormatException(file.Path, cause);
            }
        }
    }
}
