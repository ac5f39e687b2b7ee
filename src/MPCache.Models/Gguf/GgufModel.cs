namespace MPCache.Models.Gguf;

/// <summary>What GGUF's metadata and tensor names mean: sizes, places of the roles.</summary>
internal static class GgufModel
{
    /// <summary>The model's sizes from the metadata.</summary>
    /// <exception cref="ModelFormatException">The architecture is not supported, or a key is missing or out of range.</exception>
    public static ModelConfig ReadConfig(GgufFile file)
    {
        var architecture = file.Text("general.architecture") ?? throw Missing(file, "general.architecture");
        var family = architecture switch
        {
            "llama" => ModelFamily.Llama,
            "gpt2" => ModelFamily.Gpt2,
            _ => throw new ModelFormatException(file.Path,
                $"the architecture '{ModelFormatException.Printable(architecture)}' is not supported",
                cure: "Supported are llama and gpt2"),
        };
        RefuseVariants(file, architecture);

        var width = Required("embedding_length");
        var heads = Required("attention.head_count");
        var headDim = file.Integer($"{architecture}.attention.key_length") ?? (heads > 0 ? width / heads : 0);
        var embedding = file.Tensors.GetValueOrDefault("token_embd.weight")
            ?? throw new ModelFormatException(file.Path, "it is missing", "token_embd.weight");
        var vocabulary = (int)Math.Min(embedding.Shape[0], int.MaxValue);
        var epsilonKey = family == ModelFamily.Llama ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon";

        foreach (var (key, expected) in new[]
        {
            ("attention.value_length", headDim), ("rope.dimension_count", headDim), ("vocab_size", vocabulary),
        })
        {
            if (file.Integer($"{architecture}.{key}") is { } actual && actual != expected)
            {
                throw new ModelFormatException(file.Path,
                    $"'{architecture}.{key}' is {actual}, where the model's sizes ask for {expected}");
            }
        }

        return new ModelConfig
        {
            Name = file.Text("general.name") ?? Path.GetFileNameWithoutExtension(file.Path),
            Family = family,
            Layers = Required("block_count"),
            Width = width,
            Heads = heads,
            KeyValueHeads = file.Integer($"{architecture}.attention.head_count_kv") ?? heads,
            HeadDim = headDim,
            FeedForward = Required("feed_forward_length"),
            Vocabulary = vocabulary,
            ContextLength = Required("context_length"),
            NormEpsilon = file.Number($"{architecture}.{epsilonKey}") ?? throw Missing(file, $"{architecture}.{epsilonKey}"),
            RopeBase = family == ModelFamily.Llama ? file.Number("llama.rope.freq_base") ?? 10_000 : 0,
            TiedOutput = !file.Tensors.ContainsKey("output.weight"),
            BosToken = file.Integer("tokenizer.ggml.bos_token_id"),
            AddBos = GgufTokenizer.AddsBegin(file),
            EndTokens = GgufTokenizer.EndTokens(file),
        }.Checked(file.Path);

        int Required(string key) => file.Integer($"{architecture}.{key}") ?? throw Missing(file, $"{architecture}.{key}");
    }

    /// <summary>The name of a role's tensor, and how it lies there.</summary>
    public static TensorPlace Place(ModelFamily family, TensorRole role, int layer)
    {
        var fused = family == ModelFamily.Gpt2;
        return role switch
        {
            TensorRole.TokenEmbedding => new("token_embd.weight"),
            TensorRole.PositionEmbedding => new("position_embd.weight"),
            TensorRole.OutputNorm => new("output_norm.weight"),
            TensorRole.OutputNormBias => new("output_norm.bias"),
            TensorRole.Output => new("output.weight"),
            TensorRole.Query when fused => new($"blk.{layer}.attn_qkv.weight", Third: 0),
            TensorRole.Key when fused => new($"blk.{layer}.attn_qkv.weight", Third: 1),
            TensorRole.Value when fused => new($"blk.{layer}.attn_qkv.weight", Third: 2),
            TensorRole.QueryBias => new($"blk.{layer}.attn_qkv.bias", Third: 0),
            TensorRole.KeyBias => new($"blk.{layer}.attn_qkv.bias", Third: 1),
            TensorRole.ValueBias => new($"blk.{layer}.attn_qkv.bias", Third: 2),
            TensorRole.Query => new($"blk.{layer}.attn_q.weight", Interleaved: true),
            TensorRole.Key => new($"blk.{layer}.attn_k.weight", Interleaved: true),
            TensorRole.Value => new($"blk.{layer}.attn_v.weight"),
            TensorRole.AttentionNorm => new($"blk.{layer}.attn_norm.weight"),
            TensorRole.AttentionNormBias => new($"blk.{layer}.attn_norm.bias"),
            TensorRole.AttentionOutput => new($"blk.{layer}.attn_output.weight"),
            TensorRole.AttentionOutputBias => new($"blk.{layer}.attn_output.bias"),
            TensorRole.FeedForwardNorm => new($"blk.{layer}.ffn_norm.weight"),
            TensorRole.FeedForwardNormBias => new($"blk.{layer}.ffn_norm.bias"),
            TensorRole.Gate => new($"blk.{layer}.ffn_gate.weight"),
            TensorRole.Up => new($"blk.{layer}.ffn_up.weight"),
            TensorRole.UpBias => new($"blk.{layer}.ffn_up.bias"),
            TensorRole.Down => new($"blk.{layer}.ffn_down.weight"),
            TensorRole.DownBias => new($"blk.{layer}.ffn_down.bias"),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "has no name in a GGUF"),
        };
    }

    private static void RefuseVariants(GgufFile file, string architecture)
    {
        var scaling = file.Text($"{architecture}.rope.scaling.type");
        if (scaling is not (null or "none"))
        {
            throw new ModelFormatException(file.Path, $"rotary scaling '{ModelFormatException.Printable(scaling)}' is not supported");
        }

        if (file.Integer($"{architecture}.expert_count") is > 0)
        {
            throw new ModelFormatException(file.Path, "models with experts are not supported");
        }
    }

    private static ModelFormatException Missing(GgufFile file, string key) => new(file.Path, $"the metadata key '{key}' is missing");
}
