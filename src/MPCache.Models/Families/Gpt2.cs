using MPCache.Models.HuggingFace;

namespace MPCache.Models.Families;

/// <summary>GPT-2: norms by mean and deviation, learnt positions, GELU without a gate, biases everywhere, queries, keys and values in one
/// matrix.</summary>
internal sealed class Gpt2 : ModelFamily
{
    public override string GgufName => "gpt2";

    public override string HuggingFaceName => "gpt2";

    public override ActivationKind Activation => ActivationKind.GeluTanh;

    public override ModelConfig Features(ModelConfig shape) => shape with
    {
        Norm = NormKind.MeanAndDeviation,
        NormBias = true,
        Rotary = null,
        Gated = false,
        QueryKeyValueBias = true,
        AttentionOutputBias = true,
        FeedForwardBias = true,
    };

    public override ModelConfig ReadHuggingFace(JsonFile json)
    {
        if (json.Flag("scale_attn_weights") == false || json.Flag("scale_attn_by_inverse_layer_idx") == true)
        {
            throw new ModelFormatException(json.Path, "it scales its attention in a way that is not supported");
        }

        (int width, int heads) = (json.Required("n_embd"), json.Required("n_head"));
        return new ModelConfig
        {
            Name = "",
            Layers = json.Required("n_layer"),
            Width = width,
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = heads > 0 ? width / heads : 0,
            FeedForward = json.Integer("n_inner") ?? (int)Math.Min(4L * width, int.MaxValue),
            Vocabulary = json.Required("vocab_size"),
            ContextLength = json.Required("n_positions"),
            NormEpsilon = json.Number("layer_norm_epsilon") ?? 1e-5f,
            Activation = HuggingFaceShape.ReadActivation(this, json),
            TiedOutput = json.Flag("tie_word_embeddings") ?? true,
        };
    }

    public override TensorPlace GgufPlace(TensorRole role, int layer, ModelConfig config) => role switch
    {
        TensorRole.Query or TensorRole.Key or TensorRole.Value => Fused($"blk.{layer}.attn_qkv.weight", role, config),
        TensorRole.QueryBias or TensorRole.KeyBias or TensorRole.ValueBias => Fused($"blk.{layer}.attn_qkv.bias", role, config),
        _ => base.GgufPlace(role, layer, config),
    };

    /// <summary>The projections are Conv1D modules, which keep their weights as input x output. Checkpoints come with and without
    /// "transformer.".</summary>
    public override TensorPlace HuggingFacePlace(TensorRole role, int layer, ModelConfig config, IReadOnlySet<string> names)
    {
        string prefix = names.Contains("transformer.wte.weight") ? "transformer." : "", block = $"{prefix}h.{layer}";
        return role switch
        {
            TensorRole.TokenEmbedding => new($"{prefix}wte.weight"),
            TensorRole.PositionEmbedding => new($"{prefix}wpe.weight"),
            TensorRole.OutputNorm => new($"{prefix}ln_f.weight"),
            TensorRole.OutputNormBias => new($"{prefix}ln_f.bias"),
            TensorRole.Output => new("lm_head.weight"),
            TensorRole.AttentionNorm => new($"{block}.ln_1.weight"),
            TensorRole.AttentionNormBias => new($"{block}.ln_1.bias"),
            TensorRole.Query or TensorRole.Key or TensorRole.Value => Fused($"{block}.attn.c_attn.weight", role, config, transposed: true),
            TensorRole.QueryBias or TensorRole.KeyBias or TensorRole.ValueBias => Fused($"{block}.attn.c_attn.bias", role, config),
            TensorRole.AttentionOutput => new($"{block}.attn.c_proj.weight", Transposed: true),
            TensorRole.AttentionOutputBias => new($"{block}.attn.c_proj.bias"),
            TensorRole.FeedForwardNorm => new($"{block}.ln_2.weight"),
            TensorRole.FeedForwardNormBias => new($"{block}.ln_2.bias"),
            TensorRole.Up => new($"{block}.mlp.c_fc.weight", Transposed: true),
            TensorRole.UpBias => new($"{block}.mlp.c_fc.bias"),
            TensorRole.Down => new($"{block}.mlp.c_proj.weight", Transposed: true),
            TensorRole.DownBias => new($"{block}.mlp.c_proj.bias"),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "is not GPT-2's"),
        };
    }

    public override bool Ignorable(string name) =>
        name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);
}
