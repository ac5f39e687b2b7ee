namespace MPCache.Models.Families;

/// <summary>Llama 1 to 3.3, SmolLM2, and all that is built like them: the usual shape as it is.</summary>
internal sealed class Llama : ModelFamily
{
    public override string GgufName => "llama";

    public override string HuggingFaceName => "llama";

    public override bool GgufInterleavesRotary => true;
}
