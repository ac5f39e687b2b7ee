using System.Text;
using System.Text.Json;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models.HuggingFace;

/// <summary>What config.json and its neighbours mean: sizes, special tokens, chat template.</summary>
internal static class HuggingFaceModel
{
    private const int LargestTemplate = 1 << 20;

    /// <summary>The model's sizes.</summary>
    /// <exception cref="ModelFormatException">The model type is not supported, or a value is missing or out of range.</exception>
    public static ModelConfig ReadConfig(HuggingFaceFolder folder)
    {
        var json = folder.Config;
        var type = json.Text("model_type") ?? throw new ModelFormatException(json.Path, "'model_type' is missing");
        var config = type switch
        {
            "llama" => Llama(json),
            "gpt2" => Gpt2(json),
            _ => throw new ModelFormatException(json.Path, $"the model type '{ModelFormatException.Printable(type)}' is not supported",
                cure: "Supported are llama and gpt2"),
        };
        return (config with
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path))),
            BosToken = json.Integer("bos_token_id"),
            AddBos = AddsBos(folder),
            EndTokens = [.. EndTokens(folder).Distinct().Order()],
        }).Checked(json.Path);
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
            ? template.EnumerateArray().FirstOrDefault(t => t.GetProperty("name").GetString() == "default") is { ValueKind: JsonValueKind.Object } named
                ? named.GetProperty("template").GetString() : null
            : template.GetString());
        return text is null ? null : (json.Path, text);
    }

    private static ModelConfig Llama(JsonFile json)
    {
        Refuse(json, json.Text("hidden_act") is not (null or "silu"), "its activation is not silu");
        Refuse(json, json.Flag("attention_bias") == true || json.Flag("mlp_bias") == true, "it has biases, which Llama's family has not");
        var scaling = json.Find("rope_scaling") ?? json.Find("rope_parameters");
        var kind = scaling is { ValueKind: JsonValueKind.Object } s && (s.TryGetProperty("rope_type", out var t) || s.TryGetProperty("type", out t))
            ? json.Walk(_ => t.GetString()) : null;
        Refuse(json, kind is not (null or "default"), "it scales its rotary frequencies, which is not supported");
        var ropeBase = json.Number("rope_theta");
        if (ropeBase is null && scaling is { ValueKind: JsonValueKind.Object } r && r.TryGetProperty("rope_theta", out var theta))
        {
            ropeBase = json.Walk(_ => theta.GetSingle());
        }

        var (width, heads) = (json.Required("hidden_size"), json.Required("num_attention_heads"));
        return new ModelConfig
        {
            Name = "",
            Family = ModelFamily.Llama,
            Layers = json.Required("num_hidden_layers"),
            Width = width,
            Heads = heads,
            KeyValueHeads = json.Integer("num_key_value_heads") ?? heads,
            HeadDim = json.Integer("head_dim") ?? (heads > 0 ? width / heads : 0),
            FeedForward = json.Required("intermediate_size"),
            Vocabulary = json.Required("vocab_size"),
            ContextLength = json.Integer("max_position_embeddings") ?? 2048,
            NormEpsilon = json.Number("rms_norm_eps") ?? 1e-6f,
            RopeBase = ropeBase ?? 10_000,
            TiedOutput = json.Flag("tie_word_embeddings") ?? false,
        };
    }

    private static ModelConfig Gpt2(JsonFile json)
    {
        Refuse(json, json.Text("activation_function") is not (null or "gelu_new" or "gelu_pytorch_tanh"), "its activation is not gelu_new");
        Refuse(json, json.Flag("scale_attn_weights") == false || json.Flag("scale_attn_by_inverse_layer_idx") == true,
            "it scales its attention in a way that is not supported");
        var (width, heads) = (json.Required("n_embd"), json.Required("n_head"));
        return new ModelConfig
        {
            Name = "",
            Family = ModelFamily.Gpt2,
            Layers = json.Required("n_layer"),
            Width = width,
            Heads = heads,
            KeyValueHeads = heads,
            HeadDim = heads > 0 ? width / heads : 0,
            FeedForward = json.Integer("n_inner") ?? (int)Math.Min(4L * width, int.MaxValue),
            Vocabulary = json.Required("vocab_size"),
            ContextLength = json.Required("n_positions"),
            NormEpsilon = json.Number("layer_norm_epsilon") ?? 1e-5f,
            TiedOutput = json.Flag("tie_word_embeddings") ?? true,
        };
    }

    private static void Refuse(JsonFile json, bool condition, string cause)
    {
        if (condition)
        {
            throw new ModelFormatException(json.Path, cause);
        }
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
