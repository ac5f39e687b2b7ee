using System.Collections.Immutable;
using System.Text.Json;
using MPCache.Models.Families;

namespace MPCache.Models.HuggingFace;

/// <summary>The keys of config.json that most architectures share: sizes, biases, rotary positions, sliding layers.</summary>
internal static class HuggingFaceShape
{
    /// <summary>What the keys say; the family adds what they leave unsaid.</summary>
    /// <exception cref="ModelFormatException">A key is missing or mistyped, or asks for what no engine does.</exception>
    public static ModelConfig Read(ModelFamily family, JsonFile json)
    {
        Refuse(json, json.Flag("mlp_bias") == true, "its feed-forward part has biases beside a gate, which is not supported");
        foreach (string cap in new[] { "attn_logit_softcapping", "final_logit_softcapping" })
        {
            Refuse(json, json.Number(cap) is not null, $"'{cap}' is set: capped logits are not supported");
        }

        (int width, int heads, int layers) = (json.Required("hidden_size"), json.Required("num_attention_heads"), json.Required(
            "num_hidden_layers"));
        int headDim = json.Integer("head_dim") ?? (heads > 0 ? width / heads : 0);
        bool bias = json.Flag("attention_bias") ?? false;
        int window = json.Flag("use_sliding_window") == false ? 0 : json.Integer("sliding_window") ?? 0;
        ImmutableArray<int> sliding = window == 0 ? [] : SlidingLayers(family, json, layers);
        return new ModelConfig
        {
            Name = "",
            Layers = layers,
            Width = width,
            Heads = heads,
            KeyValueHeads = json.Integer("num_key_value_heads") ?? heads,
            HeadDim = headDim,
            FeedForward = json.Required("intermediate_size"),
            Vocabulary = json.Required("vocab_size"),
            ContextLength = json.Integer("max_position_embeddings") ?? 2048,
            NormEpsilon = json.Number("rms_norm_eps") ?? 1e-6f,
            Rotary = Rotary(json, (int)(headDim * (json.Number("partial_rotary_factor") ?? 1))),
            LayersWithoutRotary = [.. Marked(json, "no_rope_layers", value => value.GetInt32() == 0)],
            SlidingWindow = sliding.IsEmpty ? 0 : window,
            SlidingLayers = sliding,
            AttentionScale = json.Number("query_pre_attn_scalar") is { } scalar and > 0 && scalar != headDim
                ? 1 / MathF.Sqrt(scalar)
                : null,
            QueryKeyValueBias = bias,
            AttentionOutputBias = bias,
            Activation = ReadActivation(family, json),
            TiedOutput = json.Flag("tie_word_embeddings") ?? false,
        };
    }

    /// <summary>The activation that the config names, under whichever key.</summary>
    public static ActivationKind ReadActivation(ModelFamily family, JsonFile json) =>
        (json.Text("hidden_activation") ?? json.Text("activation_function") ?? json.Text("hidden_act")) switch
        {
            null => family.Activation,
            "silu" or "swish" => ActivationKind.Silu,
            "gelu_new" or "gelu_pytorch_tanh" => ActivationKind.GeluTanh,
            "gelu" => ActivationKind.Gelu,
            { } other => throw new ModelFormatException(
                json.Path,
                $"the activation '{ModelFormatException.Printable(other)}' is not supported",
                cure: "Supported are silu, gelu and gelu_pytorch_tanh"),
        };

    private static RotaryPositions Rotary(JsonFile json, int dimensions)
    {
        Refuse(json, dimensions is < 1 or > 1 << 16, $"it rotates {dimensions} numbers of a head, not between 1 and {1 << 16}");

        // Newer configs keep all of it in one object, or in one for each kind of layer.
        JsonElement? scaling = Object(json.Find("rope_scaling")), parameters = Object(json.Find("rope_parameters"));
        JsonElement? full = Object(Property(parameters, "full_attention")) ?? parameters ?? scaling;
        JsonElement? local = Object(Property(parameters, "sliding_attention"));
        var rotary = new RotaryPositions
        {
            Base = json.Number("rope_theta") ?? Number(json, full, "rope_theta") ?? 10_000,
            Dimensions = dimensions,
            LocalBase = json.Number("rope_local_base_freq") ?? Number(json, local, "rope_theta"),
        };
        JsonElement? kind = Property(full, "rope_type") ?? Property(full, "type");
        switch (kind is { } k ? json.Walk(_ => k.GetString()) : null)
        {
            case null or "default":
                return rotary;
            case "linear":
                return rotary.WithLinearScaling(Required(json, full, "factor"));
            case "llama3":
                float context = Required(json, full, "original_max_position_embeddings");
                (float low, float high) = (Required(json, full, "low_freq_factor"), Required(json, full, "high_freq_factor"));
                Refuse(json, !(low > 0 && high > low && context is >= 1 and < 1e9f), "its rotary scaling has factors out of range");
                return rotary.WithLlama3Scaling(Required(json, full, "factor"), low, high, (int)context);
            case { } other:
                throw new ModelFormatException(json.Path, $"the rotary scaling '{ModelFormatException.Printable(other)}' is not supported",
                    cure: "Supported are linear and llama3");
        }
    }

    private static ImmutableArray<int> SlidingLayers(ModelFamily family, JsonFile json, int layers)
    {
        if (json.Find("layer_types") is not null)
        {
            return [.. Marked(json, "layer_types", value => value.GetString() == "sliding_attention")];
        }

        // Qwen's first layers attend to everything.
        (int period, int from) = (json.Integer("sliding_window_pattern") ?? 0, json.Integer("max_window_layers") ?? 0);
        return [.. Enumerable.Range(0, Math.Clamp(layers, 0, 1 << 12)).Where(l => l >= from && family.Slides(l, Math.Max(0, period)))];
    }

    /// <summary>The indices of an array's values that say yes; none where there is no such array.</summary>
    private static int[] Marked(JsonFile json, string name, Predicate<JsonElement> says) => json.Find(name) is not { } array ? []
        : json.Walk(_ => array.EnumerateArray().Index().Where(v => says(v.Item)).Select(v => v.Index).ToArray());

    private static JsonElement? Object(JsonElement? value) => value is { ValueKind: JsonValueKind.Object } ? value : null;

    private static JsonElement? Property(JsonElement? parent, string name) =>
        parent is { } p && p.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static float? Number(JsonFile json, JsonElement? parent, string name) =>
        Property(parent, name) is { } value ? json.Walk(_ => value.GetSingle()) : null;

    private static float Required(JsonFile json, JsonElement? parent, string name) =>
        Number(json, parent, name) ?? throw new ModelFormatException(json.Path, $"'{name}' of its rotary scaling is missing");

    private static void Refuse(JsonFile json, bool condition, string cause)
    {
        if (condition)
        {
            throw new ModelFormatException(json.Path, cause);
        }
    }
}
