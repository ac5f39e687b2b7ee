namespace MPCache.Models.Families;

/// <summary>Qwen3: Llama's shape with a norm of each head's query and key.</summary>
internal sealed class Qwen3 : ModelFamily
{
    public override string GgufName => "qwen3";

    public override string HuggingFaceName => "qwen3";

    public override ModelConfig Features(ModelConfig shape) => shape with { QueryKeyNorm = true };
}
