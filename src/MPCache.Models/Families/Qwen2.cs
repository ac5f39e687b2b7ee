namespace MPCache.Models.Families;

/// <summary>Qwen2 and Qwen2.5: Llama's shape with biases of queries, keys and values.</summary>
internal sealed class Qwen2 : ModelFamily
{
    public override string GgufName => "qwen2";

    public override string HuggingFaceName => "qwen2";

    public override ModelConfig Features(ModelConfig shape) => shape with { QueryKeyValueBias = true };
}
