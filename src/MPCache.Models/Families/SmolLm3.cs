namespace MPCache.Models.Families;

/// <summary>SmolLM3: Llama's shape; every fourth layer has no positions (NoPE), where the file does not say which.</summary>
internal sealed class SmolLm3 : ModelFamily
{
    private const int Period = 4;

    public override string GgufName => "smollm3";

    public override string HuggingFaceName => "smollm3";

    public override bool GgufInterleavesRotary => true;

    public override ModelConfig Features(ModelConfig shape) => shape.LayersWithoutRotary.IsEmpty
        ? shape with { LayersWithoutRotary = [.. Enumerable.Range(0, shape.Layers).Where(l => (l + 1) % Period == 0)] }
        : shape;
}
