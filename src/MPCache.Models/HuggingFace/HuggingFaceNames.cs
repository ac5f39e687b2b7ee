namespace MPCache.Models.HuggingFace;

/// <summary>Where Hugging Face's folders keep each role.</summary>
internal sealed class HuggingFaceNames
{
    private readonly ModelConfig config;
    private readonly string prefix;

    /// <param name="config">The model's sizes.</param>
    /// <param name="names">All tensors of the folder: GPT-2 checkpoints come with and without the prefix "transformer.".</param>
    public HuggingFaceNames(ModelConfig config, IEnumerable<string> names)
    {
        this.config = config;
        prefix = config.Family == ModelFamily.Llama ? "model."
            : names.Any(n => n.StartsWith("transformer.", StringComparison.Ordinal)) ? "transformer." : "";
    }

    public TensorPlace Place(TensorRole role, int layer) => config.Family == ModelFamily.Llama ? Llama(role, layer) : Gpt2(role, layer);

    /// <summary>Buffers that are no weights (masks, rotary frequencies without scaling), and an output that the config says is tied.</summary>
    public bool Ignorable(string name) => config.Family == ModelFamily.Llama
        ? name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal) || config.TiedOutput && name == "lm_head.weight"
        : name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal)
            || config.TiedOutput && name == "lm_head.weight";

    private TensorPlace Llama(TensorRole role, int layer) => role switch
    {
        TensorRole.TokenEmbedding => new("model.embed_tokens.weight"),
        TensorRole.OutputNorm => new("model.norm.weight"),
        TensorRole.Output => new("lm_head.weight"),
        TensorRole.AttentionNorm => new($"{prefix}layers.{layer}.input_layernorm.weight"),
        TensorRole.Query => new($"{prefix}layers.{layer}.self_attn.q_proj.weight"),
        TensorRole.Key => new($"{prefix}layers.{layer}.self_attn.k_proj.weight"),
        TensorRole.Value => new($"{prefix}layers.{layer}.self_attn.v_proj.weight"),
        TensorRole.AttentionOutput => new($"{prefix}layers.{layer}.self_attn.o_proj.weight"),
        TensorRole.FeedForwardNorm => new($"{prefix}layers.{layer}.post_attention_layernorm.weight"),
        TensorRole.Gate => new($"{prefix}layers.{layer}.mlp.gate_proj.weight"),
        TensorRole.Up => new($"{prefix}layers.{layer}.mlp.up_proj.weight"),
        TensorRole.Down => new($"{prefix}layers.{layer}.mlp.down_proj.weight"),
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "is not Llama's"),
    };

    /// <summary>GPT-2's projections are Conv1D modules, which keep their weights as input x output.</summary>
    private TensorPlace Gpt2(TensorRole role, int layer) => role switch
    {
        TensorRole.TokenEmbedding => new($"{prefix}wte.weight"),
        TensorRole.PositionEmbedding => new($"{prefix}wpe.weight"),
        TensorRole.OutputNorm => new($"{prefix}ln_f.weight"),
        TensorRole.OutputNormBias => new($"{prefix}ln_f.bias"),
        TensorRole.Output => new("lm_head.weight"),
        TensorRole.AttentionNorm => new($"{prefix}h.{layer}.ln_1.weight"),
        TensorRole.AttentionNormBias => new($"{prefix}h.{layer}.ln_1.bias"),
        TensorRole.Query => new($"{prefix}h.{layer}.attn.c_attn.weight", Transposed: true, Third: 0),
        TensorRole.Key => new($"{prefix}h.{layer}.attn.c_attn.weight", Transposed: true, Third: 1),
        TensorRole.Value => new($"{prefix}h.{layer}.attn.c_attn.weight", Transposed: true, Third: 2),
        TensorRole.QueryBias => new($"{prefix}h.{layer}.attn.c_attn.bias", Third: 0),
        TensorRole.KeyBias => new($"{prefix}h.{layer}.attn.c_attn.bias", Third: 1),
        TensorRole.ValueBias => new($"{prefix}h.{layer}.attn.c_attn.bias", Third: 2),
        TensorRole.AttentionOutput => new($"{prefix}h.{layer}.attn.c_proj.weight", Transposed: true),
        TensorRole.AttentionOutputBias => new($"{prefix}h.{layer}.attn.c_proj.bias"),
        TensorRole.FeedForwardNorm => new($"{prefix}h.{layer}.ln_2.weight"),
        TensorRole.FeedForwardNormBias => new($"{prefix}h.{layer}.ln_2.bias"),
        TensorRole.Up => new($"{prefix}h.{layer}.mlp.c_fc.weight", Transposed: true),
        TensorRole.UpBias => new($"{prefix}h.{layer}.mlp.c_fc.bias"),
        TensorRole.Down => new($"{prefix}h.{layer}.mlp.c_proj.weight", Transposed: true),
        TensorRole.DownBias => new($"{prefix}h.{layer}.mlp.c_proj.bias"),
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "is not GPT-2's"),
    };
}
