using System.Text;
using System.Text.Json.Nodes;
using MPCache.Models;

namespace MPCache.Testing;

/// <summary>
/// Models of a few thousand random weights, written in each format from the same canonical tensors, so that what a reader makes of one
/// format can be compared exactly. The tokenizer has a token for each byte, a few merges and ChatML's control tokens.
/// </summary>
public static class TinyModel
{
    public const string Template
        = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
        + "Be brief.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% "
            + "endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    public static readonly string[] Merges = ["h e", "l l", "he ll", "Ġ w", "hell o"];

    /// <summary>A tiny model's sizes and features.</summary>
    /// <param name="architecture">Name of a <see cref="TinyArchitecture"/>.</param>
    /// <param name="context">Context length; layers that slide do so over half of it.</param>
    public static ModelConfig Config(string architecture, int context = 8) => TinyArchitecture.Of(architecture).Features(new()
    {
        Name = "tiny",
        Layers = 2,
        Width = 16,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 4,
        FeedForward = 24,
        Vocabulary = 272,
        ContextLength = context,
        NormEpsilon = 1e-5f,
        Rotary = new() { Base = 5000, Dimensions = 4 },
        TiedOutput = false,
        BosToken = 0,
        EndTokens = [0, 2],
    });

    public static string[] Tokens() =>
        [.. new[] { "<|endoftext|>", "<|im_start|>", "<|im_end|>" }, .. Alphabet(), .. Merges.Select(m => m.Replace(" ", ""))];

    /// <summary>
    /// The canonical tensors: output x input, halves order, Q, K and V apart. All are multiples of 2^-12, so that one may be taken off and
    /// added.
    /// </summary>
    public static Dictionary<(TensorRole Role, int Layer), float[]> Weights(ModelConfig config)
    {
        var random = new Random(11);
        var result = new Dictionary<(TensorRole, int), float[]>();
        foreach (var role in TensorRoles.Of(config).Where(r => r != TensorRole.Output || !config.TiedOutput))
        {
            for (var layer = 0; layer < (TensorRoles.IsPerLayer(role) ? config.Layers : 1); layer++)
            {
                var (rows, columns) = config.ShapeOf(role);
                result[(role, TensorRoles.IsPerLayer(role) ? layer : -1)] =
                    [.. Enumerable.Range(0, rows * columns)
                        .Select(_ => MathF.ScaleB(MathF.Round((random.NextSingle() - 0.5f) * 4096), -12))];
            }
        }

        return result;
    }

    /// <summary>A GGUF of the architecture, as llama.cpp reads it too.</summary>
    public static GgufBuilder Gguf(string architecture, int context = 8)
    {
        var form = TinyArchitecture.Of(architecture);
        var config = Config(architecture, context);
        var arch = form.Gguf;
        string[] tokens = [.. Tokens(), .. Enumerable.Range(Tokens().Length, config.Vocabulary - Tokens().Length)
            .Select(i => $"<unused {i}>")];
        var b = new GgufBuilder().Key("general.architecture", arch).Key("general.name", "tiny")
            .Key($"{arch}.block_count", (uint)config.Layers).Key($"{arch}.context_length", (uint)context)
            .Key($"{arch}.embedding_length", (uint)config.Width).Key($"{arch}.feed_forward_length", (uint)config.FeedForward)
            .Key($"{arch}.attention.head_count", (uint)config.Heads)
            .Key("tokenizer.ggml.model", "gpt2").Key("tokenizer.ggml.pre", "smollm").Key("tokenizer.ggml.tokens", tokens)
            .Key("tokenizer.ggml.token_type", tokens.Select((_, i) => i < 3 ? 3 : i < Tokens().Length ? 1 : 5).ToArray())
            .Key("tokenizer.ggml.merges", Merges)
            .Key("tokenizer.ggml.bos_token_id", 0u).Key("tokenizer.ggml.eos_token_id", 2u).Key("tokenizer.chat_template", Template);
        if (config.Rotary is { } rotary)
        {
            b.Key($"{arch}.attention.head_count_kv", (uint)config.KeyValueHeads).Key($"{arch}.rope.freq_base", rotary.Base)
                .Key($"{arch}.attention.layer_norm_rms_epsilon", config.NormEpsilon)
                .Key($"{arch}.attention.key_length", (uint)config.HeadDim).Key($"{arch}.attention.value_length", (uint)config.HeadDim);
        }
        else
        {
            b.Key($"{arch}.attention.layer_norm_epsilon", config.NormEpsilon);
        }

        form.GgufKeys(b, config);
        foreach (var (name, rows, columns, values, role) in Stored(form, config, GgufName))
        {
            b.Tensor(name, rows, columns, form.Interleaved && (role is TensorRole.Query or TensorRole.Key)
                ? Interleave(values, config.HeadDim, columns) : values);
        }

        return b;
    }

    /// <summary>The tensors under Hugging Face's names, as (name, rows, columns, values).</summary>
    public static List<(string Name, int Rows, int Columns, float[] Values)> HuggingFaceTensors(string architecture)
    {
        var form = TinyArchitecture.Of(architecture);
        var config = Config(architecture);
        return [.. Stored(form, config, HuggingFaceName).Select(t =>
        {
            var values = form.NormsLessOne && t.Role.ToString().EndsWith("Norm", StringComparison.Ordinal)
                ? [.. t.Values.Select(v => v - 1)]
                : t.Values;
            var transposed = config.Rotary is null && t.Columns > 1
                && t.Role is not (TensorRole.TokenEmbedding or TensorRole.PositionEmbedding or TensorRole.Output); // GPT-2's Conv1D
            return transposed ? (t.Name, t.Columns, t.Rows, Transpose(values, t.Rows, t.Columns)) : (t.Name, t.Rows, t.Columns, values);
        })];
    }

    public static JsonObject HuggingFaceConfig(string architecture)
    {
        var form = TinyArchitecture.Of(architecture);
        var config = Config(architecture);
        if (config.Rotary is null)
        {
            return new()
            {
                ["model_type"] = form.HuggingFace,
                ["activation_function"] = "gelu_new",
                ["n_embd"] = config.Width,
                ["n_layer"] = config.Layers,
                ["n_head"] = config.Heads,
                ["n_inner"] = config.FeedForward,
                ["vocab_size"] = config.Vocabulary,
                ["n_positions"] = config.ContextLength,
                ["layer_norm_epsilon"] = 1e-5,
                ["bos_token_id"] = 0,
                ["eos_token_id"] = 2,
            };
        }

        var json = new JsonObject
        {
            ["model_type"] = form.HuggingFace,
            ["hidden_act"] = "silu",
            ["hidden_size"] = config.Width,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.Heads,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["head_dim"] = config.HeadDim,
            ["intermediate_size"] = config.FeedForward,
            ["vocab_size"] = config.Vocabulary,
            ["max_position_embeddings"] = config.ContextLength,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = config.Rotary.Base,
            ["rope_scaling"] = null,
            ["tie_word_embeddings"] = config.TiedOutput,
            ["bos_token_id"] = 0,
            ["eos_token_id"] = 2,
        };
        form.Json(json, config);
        return json;
    }

    public static JsonObject TokenizerJson(string preTokenizer = """
        {"type":"Sequence","pretokenizers":[
            {"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}
        """)
    {
        var tokens = Tokens();
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(
                [.. tokens.Take(3).Select((t, i) => new JsonObject { ["id"] = i, ["content"] = t, ["special"] = true })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = JsonNode.Parse(preTokenizer),
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = new JsonObject(tokens.Select((t, i) => KeyValuePair.Create<string, JsonNode?>(t, i))),
                ["merges"] = new JsonArray([.. Merges.Select(m => (JsonNode)new JsonArray([.. m.Split(' ').Select(p => (JsonNode)p)]))]),
            },
        };
    }

    /// <summary>Writes a Hugging Face folder, in <paramref name="shards"/> files.</summary>
    public static string WriteFolder(TempFolder folder, string architecture, int shards = 1)
    {
        folder.Write("config.json", Json(HuggingFaceConfig(architecture)));
        folder.Write("tokenizer.json", Json(TokenizerJson()));
        folder.Write("tokenizer_config.json", Json(new JsonObject { ["chat_template"] = Template }));
        var builders = Enumerable.Range(0, shards).Select(_ => new SafetensorsBuilder()).ToArray();
        var map = new JsonObject();
        foreach (var (i, (name, rows, columns, values)) in HuggingFaceTensors(architecture).Index())
        {
            builders[i % shards].Tensor(name, rows, columns, values);
            map[name] = Shard(i % shards);
        }

        if (shards == 1)
        {
            folder.Write("model.safetensors", builders[0].Build());
            return folder.Path;
        }

        for (var i = 0; i < shards; i++)
        {
            folder.Write(Shard(i), builders[i].Build());
        }

        folder.Write("model.safetensors.index.json", Json(new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map }));
        return folder.Path;

        string Shard(int i) => $"model-{i + 1:D5}-of-{shards:D5}.safetensors";
    }

    public static byte[] Json(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());

    private static IEnumerable<string> Alphabet()
    {
        // GPT-2's own definition: the printable bytes stand for themselves, the rest get the characters from 256 on.
        int[] printable = [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range('¡', '¬' - '¡' + 1), .. Enumerable.Range(
            '®',
            'ÿ' - '®' + 1)];
        var next = 256;
        return Enumerable.Range(0, 256).Select(b => ((char)(printable.Contains(b) ? b : next++)).ToString()).ToArray();
    }

    /// <summary>Halves order to GGUF's, as llama.cpp's converter permutes: row i goes to 2i and row i + d/2 to 2i + 1.</summary>
    private static float[] Interleave(float[] values, int headDim, int columns)
    {
        var result = new float[values.Length];
        for (var row = 0; row < values.Length / columns; row++)
        {
            var (head, i) = (row / headDim, row % headDim);
            var target = head * headDim + (i < headDim / 2 ? 2 * i : 2 * (i - headDim / 2) + 1);
            Array.Copy(values, row * columns, result, target * columns, columns);
        }

        return result;
    }

    private static float[] Transpose(float[] values, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => values[i % rows * columns + i / rows])];

    /// <summary>The tensors as a file has them: fused where it fuses.</summary>
    private static IEnumerable<(string Name, int Rows, int Columns, float[] Values, TensorRole Role)> Stored(
        TinyArchitecture form, ModelConfig config, Func<TinyArchitecture, ModelConfig, TensorRole, int, string> nameOf)
    {
        var w = Weights(config);
        foreach (var ((role, layer), values) in w)
        {
            TensorRole[] parts = role switch
            {
                TensorRole.Query when form.FusedQueryKeyValue is not null => [TensorRole.Query, TensorRole.Key, TensorRole.Value],
                TensorRole.QueryBias when form
                    .FusedQueryKeyValue is not null => [TensorRole.QueryBias, TensorRole.KeyBias, TensorRole.ValueBias],
                TensorRole.Key or TensorRole.Value or TensorRole.KeyBias or TensorRole.ValueBias when form
                    .FusedQueryKeyValue is not null => [],
                TensorRole.Gate when form.FusedGateUp => [TensorRole.Gate, TensorRole.Up],
                TensorRole.Up when form.FusedGateUp => [],
                _ => [role],
            };
            if (parts.Length > 0)
            {
                yield return (nameOf(form, config, role, layer), parts.Sum(p => config.ShapeOf(p).Rows), config.ShapeOf(role).Columns,
                    [.. parts.SelectMany(p => w[(p, layer)])], role);
            }
        }
    }

    private static string GgufName(TinyArchitecture form, ModelConfig config, TensorRole role, int layer) => role switch
    {
        TensorRole.TokenEmbedding => "token_embd.weight",
        TensorRole.PositionEmbedding => "position_embd.weight",
        TensorRole.OutputNorm => "output_norm.weight",
        TensorRole.OutputNormBias => "output_norm.bias",
        TensorRole.Output => "output.weight",
        _ => $"blk.{layer}." + role switch
        {
            TensorRole.AttentionNorm => "attn_norm.weight",
            TensorRole.AttentionNormBias => "attn_norm.bias",
            TensorRole.Query => form.FusedQueryKeyValue is null ? "attn_q.weight" : "attn_qkv.weight",
            TensorRole.Key => "attn_k.weight",
            TensorRole.Value => "attn_v.weight",
            TensorRole.QueryBias => form.FusedQueryKeyValue is null ? "attn_q.bias" : "attn_qkv.bias",
            TensorRole.KeyBias => "attn_k.bias",
            TensorRole.ValueBias => "attn_v.bias",
            TensorRole.QueryNorm => "attn_q_norm.weight",
            TensorRole.KeyNorm => "attn_k_norm.weight",
            TensorRole.AttentionOutput => "attn_output.weight",
            TensorRole.AttentionOutputBias => "attn_output.bias",
            TensorRole.AttentionPostNorm => "post_attention_norm.weight",
            TensorRole.FeedForwardNorm => "ffn_norm.weight",
            TensorRole.FeedForwardNormBias => "ffn_norm.bias",
            TensorRole.Gate => form.FusedGateUp ? "ffn_up.weight" : "ffn_gate.weight",
            TensorRole.Up => "ffn_up.weight",
            TensorRole.UpBias => "ffn_up.bias",
            TensorRole.Down => "ffn_down.weight",
            TensorRole.DownBias => "ffn_down.bias",
            TensorRole.FeedForwardPostNorm => "post_ffw_norm.weight",
            _ => role.ToString(),
        },
    };

    private static string HuggingFaceName(TinyArchitecture form, ModelConfig config, TensorRole role, int layer) => config.Rotary is null
        ? role switch
        {
            TensorRole.TokenEmbedding => "wte.weight",
            TensorRole.PositionEmbedding => "wpe.weight",
            TensorRole.OutputNorm => "ln_f.weight",
            TensorRole.OutputNormBias => "ln_f.bias",
            _ => $"h.{layer}." + role switch
            {
                TensorRole.AttentionNorm => "ln_1.weight",
                TensorRole.AttentionNormBias => "ln_1.bias",
                TensorRole.Query => $"{form.FusedQueryKeyValue}.weight",
                TensorRole.QueryBias => $"{form.FusedQueryKeyValue}.bias",
                TensorRole.AttentionOutput => "attn.c_proj.weight",
                TensorRole.AttentionOutputBias => "attn.c_proj.bias",
                TensorRole.FeedForwardNorm => "ln_2.weight",
                TensorRole.FeedForwardNormBias => "ln_2.bias",
                TensorRole.Up => "mlp.c_fc.weight",
                TensorRole.UpBias => "mlp.c_fc.bias",
                TensorRole.Down => "mlp.c_proj.weight",
                _ => "mlp.c_proj.bias",
            },
        }
        : role switch
        {
            TensorRole.TokenEmbedding => "model.embed_tokens.weight",
            TensorRole.OutputNorm => "model.norm.weight",
            TensorRole.Output => "lm_head.weight",
            _ => $"model.layers.{layer}." + role switch
            {
                TensorRole.AttentionNorm => "input_layernorm.weight",
                TensorRole.Query => $"{form.FusedQueryKeyValue ?? "self_attn.q_proj"}.weight",
                TensorRole.Key => "self_attn.k_proj.weight",
                TensorRole.Value => "self_attn.v_proj.weight",
                TensorRole.QueryBias => "self_attn.q_proj.bias",
                TensorRole.KeyBias => "self_attn.k_proj.bias",
                TensorRole.ValueBias => "self_attn.v_proj.bias",
                TensorRole.QueryNorm => "self_attn.q_norm.weight",
                TensorRole.KeyNorm => "self_attn.k_norm.weight",
                TensorRole.AttentionOutput => "self_attn.o_proj.weight",
                TensorRole.AttentionPostNorm => "post_attention_layernorm.weight",
                TensorRole.FeedForwardNorm => config.PostNorms ? "pre_feedforward_layernorm.weight" : "post_attention_layernorm.weight",
                TensorRole.Gate => form.FusedGateUp ? "mlp.gate_up_proj.weight" : "mlp.gate_proj.weight",
                TensorRole.Up => "mlp.up_proj.weight",
                TensorRole.Down => "mlp.down_proj.weight",
                TensorRole.FeedForwardPostNorm => "post_feedforward_layernorm.weight",
                _ => role.ToString(),
            },
        };
}
