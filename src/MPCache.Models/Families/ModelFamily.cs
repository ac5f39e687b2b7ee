using System.Collections.Immutable;
using MPCache.Models.Gguf;
using MPCache.Models.HuggingFace;

namespace MPCache.Models.Families;

/// <summary>
/// What the files of one architecture mean: their features and the places of their tensors. A family is one file in this folder; it is
/// found by
/// its class alone, and only readers know of it. What most architectures share stands here: Llama's shape and the usual names.
/// </summary>
internal abstract class ModelFamily
{
    /// <summary>All families, in the order of their names.</summary>
    public static ImmutableArray<ModelFamily> All { get; } =
    [
        .. typeof(ModelFamily).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ModelFamily)) && !t.IsAbstract)
            .OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => (ModelFamily)Activator.CreateInstance(t)!),
    ];

    /// <summary>GGUF's general.architecture; null where GGUF files call themselves by another family's.</summary>
    public abstract string? GgufName { get; }

    /// <summary>config.json's model_type.</summary>
    public abstract string HuggingFaceName { get; }

    /// <summary>Whether a GGUF has the rows of queries and keys in the order of pairs (2i, 2i+1).</summary>
    public virtual bool GgufInterleavesRotary => false;

    /// <summary>Whether a Hugging Face folder has the weights of norms less one. A GGUF never has.</summary>
    protected virtual bool HuggingFaceNormsLessOne => false;

    /// <summary>The activation where the file names none: a GGUF never does.</summary>
    public virtual ActivationKind Activation => ActivationKind.Silu;

    /// <summary>Whether a layer slides in a file that declares a window and not which layers slide.</summary>
    /// <param name="layer">From 0.</param>
    /// <param name="period">Every so manieth layer does not slide, where the file says so; 0 elsewhere.</param>
    public virtual bool Slides(int layer, int period) => period == 0 || (layer + 1) % period != 0;

    /// <summary>The features of the architecture, added to what the file's keys say.</summary>
    public virtual ModelConfig Features(ModelConfig shape) => shape;

    /// <summary>The shape that config.json declares.</summary>
    public virtual ModelConfig ReadHuggingFace(JsonFile json) => HuggingFaceShape.Read(this, json);

    /// <summary>Where a GGUF has a tensor.</summary>
    public virtual TensorPlace GgufPlace(TensorRole role, int layer, ModelConfig config)
    {
        bool interleaved = GgufInterleavesRotary && config.Rotary is not null;
        return role switch
        {
            TensorRole.TokenEmbedding => new("token_embd.weight"),
            TensorRole.PositionEmbedding => new("position_embd.weight"),
            TensorRole.OutputNorm => new("output_norm.weight"),
            TensorRole.OutputNormBias => new("output_norm.bias"),
            TensorRole.Output => new("output.weight"),
            TensorRole.AttentionNorm => new($"blk.{layer}.attn_norm.weight"),
            TensorRole.AttentionNormBias => new($"blk.{layer}.attn_norm.bias"),
            TensorRole.Query => new($"blk.{layer}.attn_q.weight", Interleaved: interleaved),
            TensorRole.QueryBias => new($"blk.{layer}.attn_q.bias", Interleaved: interleaved),
            TensorRole.Key => new($"blk.{layer}.attn_k.weight", Interleaved: interleaved),
            TensorRole.KeyBias => new($"blk.{layer}.attn_k.bias", Interleaved: interleaved),
            TensorRole.Value => new($"blk.{layer}.attn_v.weight"),
            TensorRole.ValueBias => new($"blk.{layer}.attn_v.bias"),
            TensorRole.QueryNorm => new($"blk.{layer}.attn_q_norm.weight"),
            TensorRole.KeyNorm => new($"blk.{layer}.attn_k_norm.weight"),
            TensorRole.AttentionOutput => new($"blk.{layer}.attn_output.weight"),
            TensorRole.AttentionOutputBias => new($"blk.{layer}.attn_output.bias"),
            TensorRole.AttentionPostNorm => new($"blk.{layer}.post_attention_norm.weight"),
            TensorRole.FeedForwardNorm => new($"blk.{layer}.ffn_norm.weight"),
            TensorRole.FeedForwardNormBias => new($"blk.{layer}.ffn_norm.bias"),
            TensorRole.Gate => new($"blk.{layer}.ffn_gate.weight"),
            TensorRole.Up => new($"blk.{layer}.ffn_up.weight"),
            TensorRole.UpBias => new($"blk.{layer}.ffn_up.bias"),
            TensorRole.Down => new($"blk.{layer}.ffn_down.weight"),
            TensorRole.DownBias => new($"blk.{layer}.ffn_down.bias"),
            TensorRole.FeedForwardPostNorm => new($"blk.{layer}.post_ffw_norm.weight"),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "has no name in a GGUF"),
        };
    }

    /// <summary>Where a Hugging Face folder has a tensor.</summary>
    /// <param name="role">What the tensor does.</param>
    /// <param name="layer">From 0 for a role that each layer has.</param>
    /// <param name="config">The model's sizes and features.</param>
    /// <param name="names">All tensors of the folder.</param>
    public virtual TensorPlace HuggingFacePlace(TensorRole role, int layer, ModelConfig config, IReadOnlySet<string> names)
    {
        bool less = HuggingFaceNormsLessOne;
        string block = $"model.layers.{layer}";
        return role switch
        {
            TensorRole.TokenEmbedding => new("model.embed_tokens.weight"),
            TensorRole.OutputNorm => new("model.norm.weight", LessOne: less),
            TensorRole.Output => new("lm_head.weight"),
            TensorRole.AttentionNorm => new($"{block}.input_layernorm.weight", LessOne: less),
            TensorRole.Query => new($"{block}.self_attn.q_proj.weight"),
            TensorRole.QueryBias => new($"{block}.self_attn.q_proj.bias"),
            TensorRole.Key => new($"{block}.self_attn.k_proj.weight"),
            TensorRole.KeyBias => new($"{block}.self_attn.k_proj.bias"),
            TensorRole.Value => new($"{block}.self_attn.v_proj.weight"),
            TensorRole.ValueBias => new($"{block}.self_attn.v_proj.bias"),
            TensorRole.QueryNorm => new($"{block}.self_attn.q_norm.weight", LessOne: less),
            TensorRole.KeyNorm => new($"{block}.self_attn.k_norm.weight", LessOne: less),
            TensorRole.AttentionOutput => new($"{block}.self_attn.o_proj.weight"),
            TensorRole.AttentionOutputBias => new($"{block}.self_attn.o_proj.bias"),
            TensorRole.AttentionPostNorm => new($"{block}.post_attention_layernorm.weight", LessOne: less),
            TensorRole.FeedForwardNorm when config.PostNorms => new($"{block}.pre_feedforward_layernorm.weight", LessOne: less),
            TensorRole.FeedForwardNorm => new($"{block}.post_attention_layernorm.weight", LessOne: less),
            TensorRole.Gate => new($"{block}.mlp.gate_proj.weight"),
            TensorRole.Up => new($"{block}.mlp.up_proj.weight"),
            TensorRole.Down => new($"{block}.mlp.down_proj.weight"),
            TensorRole.FeedForwardPostNorm => new($"{block}.post_feedforward_layernorm.weight", LessOne: less),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "has no name in a Hugging Face folder"),
        };
    }

    /// <summary>Buffers of a Hugging Face folder that are no weights: masks, frequencies that follow from the config.</summary>
    public virtual bool Ignorable(string name) => name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    /// <summary>A part of a tensor of queries, keys and values one after the other.</summary>
    protected static TensorPlace Fused(string name, TensorRole role, ModelConfig config, bool transposed = false)
    {
        int q = config.Heads * config.HeadDim, kv = config.KeyValueHeads * config.HeadDim;
        int first = role switch
        {
            TensorRole.Query or TensorRole.QueryBias => 0,
            TensorRole.Key or TensorRole.KeyBias => q,
            _ => q + kv,
        };
        return new TensorPlace(name, transposed, first, q + (2 * kv));
    }
}
