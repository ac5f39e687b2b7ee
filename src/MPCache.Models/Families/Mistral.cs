namespace MPCache.Models.Families;

/// <summary>Mistral: Llama's shape; all layers slide where the file declares a window. Its GGUF files call themselves llama.</summary>
internal sealed class Mistral : ModelFamily
{
    public override string? GgufName => null;

    public override string HuggingFaceName => "mistral";
}
