using System.Text;
using System.Text.Json;
using MPCache.Models.Families;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models.HuggingFace;

/// <summary>What config.json and its neighbours mean: sizes, special tokens, chat template.</summary>
internal static class HuggingFaceModel
{
    private const int LargestTemplate = 1 << 20;

    /// <summary>The model's sizes and features, and the family that its files' names follow.</summary>
    /// <exception cref="ModelFormatException">The model type is not supported, or a value is missing or out of range.</exception>
    public static (ModelFamily Family, ModelConfig Config) ReadConfig(HuggingFaceFolder folder)
    {
        JsonFile json = folder.Config;
        string type = json.Text("model_type") ?? throw new ModelFormatException(json.Path, "'model_type' is missing");
        ModelFamily family = ModelFamily.All.FirstOrDefault(f => f.HuggingFaceName == type)
            ?? throw new ModelFormatException(json.Path, $"the model type '{ModelFormatException.Printable(type)}' is not supported",
                cure: $"Supported are {string.Join(", ", ModelFamily.All.Select(f => f.HuggingFaceName))}");
        return (family, (family.Features(family.ReadHuggingFace(json)) with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path))),
            BosToken = json.Integer("bos_token_id"),
            AddBos = AddsBos(folder),
            EndTokens = [.. EndTokens(folder).Distinct().Order()],
        }).Checked(json.Path));
    }

    /// <summary>The chat template and the file that has it; null where there is none.</summary>
    public static (string File, string Template)? ReadChatTemplate(HuggingFaceFolder folder)
    {
        var jinja = Path.Combine(folder.Path, "chat_template.jinja");
        if (File.Exists(jinja))
        {
            using var file = new MappedFile(jinja);
            if (file.Length > LargestTemplate)
            {
                throw new ModelFormatException(jinja, $"its {file.Length} bytes are more than the {LargestTemplate} allowed");
            }

            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            return (jinja, Encoding.UTF8.GetString(bytes));
        }

        if (folder.TryJson("tokenizer_config.json") is not { } json || json.Find("chat_template") is not { } template)
        {
            return null;
        }

        // Several templates come as a list of names and texts.
        var text = json.Walk(_ => template.ValueKind == JsonValueKind.Array
            ? template.EnumerateArray()
                .FirstOrDefault(t => t.GetProperty("name").GetString() == "default") is { ValueKind: JsonValueKind.Object } named
                ? named.GetProperty("template").GetString() : null
            : template.GetString());
        return text is null ? null : (json.Path, text);
    }

    private static bool AddsBos(HuggingFaceFolder folder) =>
        folder.TryJson("tokenizer_config.json")?.Flag("add_bos_token") ?? (folder.Tokenizer() is { } json && TokenizerJson.AddsBos(json));

    /// <summary>The end tokens that the configurations name, and those of a turn that the tokenizer has.</summary>
    private static List<int> EndTokens(HuggingFaceFolder folder)
    {
        var result = new List<int>();
        foreach (var json in new[] { folder.Config, folder.TryJson("generation_config.json") })
        {
            if (json?.Find("eos_token_id") is { } value)
            {
                result.AddRange(json.Walk(_ => value.ValueKind == JsonValueKind.Array
                    ? value.EnumerateArray().Select(v => v.GetInt32()).ToArray() : [value.GetInt32()]));
            }
        }

        if (folder.Tokenizer() is { } tokenizer)
        {
            result.AddRange(TokenizerJson.AddedTokens(tokenizer).Where(t => EndTexts.Are(t.Text)).Select(t => t.Id));
        }

        return result;
    }
}
