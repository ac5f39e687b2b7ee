namespace MPCache.Models.Families;

/// <summary>Phi-3: Llama's shape in fused matrices; queries, keys and values in one, gate and up in another.</summary>
internal sealed class Phi3 : ModelFamily
{
    public override string GgufName => "phi3";

    public override string HuggingFaceName => "phi3";

    public override TensorPlace GgufPlace(TensorRole role, int layer, ModelConfig config) => role switch
    {
        TensorRole.Query or TensorRole.Key or TensorRole.Value => Fused($"blk.{layer}.attn_qkv.weight", role, config),
        TensorRole.Gate => new($"blk.{layer}.ffn_up.weight", First: 0, Of: 2 * config.FeedForward),
        TensorRole.Up => new($"blk.{layer}.ffn_up.weight", First: config.FeedForward, Of: 2 * config.FeedForward),
        _ => base.GgufPlace(role, layer, config),
    };

    public override TensorPlace HuggingFacePlace(TensorRole role, int layer, ModelConfig config, IReadOnlySet<string> names) => role switch
    {
        TensorRole.Query or TensorRole.Key or TensorRole.Value => Fused($"model.layers.{layer}.self_attn.qkv_proj.weight", role, config),
        TensorRole.Gate => new($"model.layers.{layer}.mlp.gate_up_proj.weight", First: 0, Of: 2 * config.FeedForward),
        TensorRole.Up => new($"model.layers.{layer}.mlp.gate_up_proj.weight", First: config.FeedForward, Of: 2 * config.FeedForward),
        _ => base.HuggingFacePlace(role, layer, config, names),
    };
}
