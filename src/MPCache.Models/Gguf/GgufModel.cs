using MPCache.Models.Families;

namespace MPCache.Models.Gguf;

/// <summary>What GGUF's metadata and tensor names mean: sizes, features, special tokens.</summary>
internal static class GgufModel
{
    /// <summary>The model's sizes and features from the metadata, and the family that its tensors' names follow.</summary>
    /// <exception cref="ModelFormatException">The architecture is not supported, or a key is missing or out of range.</exception>
    public static (ModelFamily Family, ModelConfig Config) ReadConfig(GgufFile file)
    {
        string architecture = file.Text("general.architecture") ?? throw Missing(file, "general.architecture");
        ModelFamily family = ModelFamily.All.FirstOrDefault(f => f.GgufName == architecture)
            ?? throw new ModelFormatException(
                file.Path,
                $"the architecture '{ModelFormatException.Printable(architecture)}' is not supported",
                cure: $"Supported are {string.Join(", ", ModelFamily.All.Select(f => f.GgufName).OfType<string>())}");
        return (family, (family.Features(GgufShape.Read(family, architecture, file)) with
        {
            BosToken = file.Integer("tokenizer.ggml.bos_token_id"),
            AddBos = GgufTokenizer.AddsBegin(file),
            EndTokens = GgufTokenizer.EndTokens(file),
        }).Checked(file.Path));
    }

    private static ModelFormatException Missing(GgufFile file, string key) => new(file.Path, $"the metadata key '{key}' is missing");
}
