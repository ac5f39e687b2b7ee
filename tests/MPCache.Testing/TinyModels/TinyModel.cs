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
    public const string Template = "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
        + "Be brief.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    public static readonly string[] Merges = ["h e", "l l", "he ll", "Ġ w", "hell o"];

    public static ModelConfig Config(ModelFamily family) => new()
    {
        Name = "tiny",
        Family = family,
        Layers = 2,
        Width = 16,
        Heads = 4,
        KeyValueHeads = family == ModelFamily.Llama ? 2 : 4,
        HeadDim = 4,
        FeedForward = 24,
        Vocabulary = 272,
        ContextLength = 8,
        NormEpsilon = 1e-5f,
        RopeBase = family == ModelFamily.Llama ? 5000 : 0,
        TiedOutput = family == ModelFamily.Gpt2,
        BosToken = 0,
        EndTokens = [0, 2],
    };

    public static string[] Tokens() =>
        [.. new[] { "<|endoftext|>", "<|im_start|>", "<|im_end|>" }, .. Alphabet(), .. Merges.Select(m => m.Replace(" ", ""))];

    /// <summary>The canonical tensors: output x input, halves order, Q, K and V apart.</summary>
    public static Dictionary<(TensorRole Role, int Layer), float[]> Weights(ModelConfig config)
    {
        var random = new Random(11);
        var result = new Dictionary<(TensorRole, int), float[]>();
        foreach (var role in TensorRoles.Of(config.Family).Where(r => r != TensorRole.Output || !config.TiedOutput))
        {
            for (var layer = 0; layer < (TensorRoles.IsPerLayer(role) ? config.Layers : 1); layer++)
            {
                var (rows, columns) = config.ShapeOf(role);
                result[(role, TensorRoles.IsPerLayer(role) ? layer : -1)] =
                    [.. Enumerable.Range(0, rows * columns).Select(_ => random.NextSingle() - 0.5f)];
            }
        }

        return result;
    }

    public static GgufBuilder Gguf(ModelFamily family)
    {
        var config = Config(family);
        var w = Weights(config);
        var arch = family == ModelFamily.Llama ? "llama" : "gpt2";
        var tokens = Tokens();
        var b = new GgufBuilder().Key("general.architecture", arch).Key("general.name", "tiny")
            .Key($"{arch}.block_count", 2u).Key($"{arch}.context_length", 8u).Key($"{arch}.embedding_length", 16u)
            .Key($"{arch}.feed_forward_length", 24u).Key($"{arch}.attention.head_count", 4u)
            .Key("tokenizer.ggml.model", "gpt2").Key("tokenizer.ggml.pre", "smollm").Key("tokenizer.ggml.tokens", tokens)
            .Key("tokenizer.ggml.token_type", tokens.Select((_, i) => i < 3 ? 3 : 1).ToArray()).Key("tokenizer.ggml.merges", Merges)
            .Key("tokenizer.ggml.bos_token_id", 0u).Key("tokenizer.ggml.eos_token_id", 2u).Key("tokenizer.chat_template", Template);
        if (family == ModelFamily.Llama)
        {
            b.Key("llama.attention.head_count_kv", 2u).Key("llama.rope.freq_base", 5000f).Key("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        }
        else
        {
            b.Key("gpt2.attention.layer_norm_epsilon", 1e-5f);
        }

        foreach (var ((role, layer), values) in w)
        {
            var (rows, columns) = config.ShapeOf(role);
            var name = GgufName(family, role, layer);
            if (role is TensorRole.Query or TensorRole.Key && family == ModelFamily.Llama)
            {
                b.Tensor(name, rows, columns, Interleave(values, config.HeadDim, columns));
            }
            else if (family == ModelFamily.Gpt2 && role is TensorRole.Query or TensorRole.QueryBias)
            {
                var (k, v) = role == TensorRole.Query ? (TensorRole.Key, TensorRole.Value) : (TensorRole.KeyBias, TensorRole.ValueBias);
                b.Tensor(name, 3 * rows, columns, [.. values, .. w[(k, layer)], .. w[(v, layer)]]);
            }
            else if (family == ModelFamily.Llama || role is not (TensorRole.Key or TensorRole.KeyBias or TensorRole.Value or TensorRole.ValueBias))
            {
                b.Tensor(name, rows, columns, values);
            }
        }

        return b;
    }

    /// <summary>The tensors under Hugging Face's names, as (name, rows, columns, values).</summary>
    public static List<(string Name, int Rows, int Columns, float[] Values)> HuggingFaceTensors(ModelFamily family)
    {
        var config = Config(family);
        var w = Weights(config);
        var result = new List<(string, int, int, float[])>();
        foreach (var ((role, layer), values) in w)
        {
            var (rows, columns) = config.ShapeOf(role);
            if (family == ModelFamily.Llama)
            {
                result.Add((HuggingFaceName(family, role, layer), rows, columns, values));
            }
            else if (role is TensorRole.Query or TensorRole.QueryBias)
            {
                var (k, v) = role == TensorRole.Query ? (TensorRole.Key, TensorRole.Value) : (TensorRole.KeyBias, TensorRole.ValueBias);
                float[] fused = [.. values, .. w[(k, layer)], .. w[(v, layer)]];
                result.Add(columns == 1 ? (HuggingFaceName(family, role, layer), 3 * rows, 1, fused)
                    : (HuggingFaceName(family, role, layer), columns, 3 * rows, Transpose(fused, 3 * rows, columns)));
            }
            else if (role is TensorRole.Up or TensorRole.Down or TensorRole.AttentionOutput)
            {
                result.Add((HuggingFaceName(family, role, layer), columns, rows, Transpose(values, rows, columns)));
            }
            else if (role is not (TensorRole.Key or TensorRole.KeyBias or TensorRole.Value or TensorRole.ValueBias))
            {
                result.Add((HuggingFaceName(family, role, layer), rows, columns, values));
            }
        }

        return result;
    }

    public static JsonObject HuggingFaceConfig(ModelFamily family) => family == ModelFamily.Llama
        ? new()
        {
            ["model_type"] = "llama",
            ["hidden_act"] = "silu",
            ["hidden_size"] = 16,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["num_key_value_heads"] = 2,
            ["intermediate_size"] = 24,
            ["vocab_size"] = 272,
            ["max_position_embeddings"] = 8,
            ["rms_norm_eps"] = 1e-5,
            ["rope_theta"] = 5000.0,
            ["rope_scaling"] = null,
            ["tie_word_embeddings"] = false,
            ["bos_token_id"] = 0,
            ["eos_token_id"] = 2,
        }
        : new()
        {
            ["model_type"] = "gpt2",
            ["activation_function"] = "gelu_new",
            ["n_embd"] = 16,
            ["n_layer"] = 2,
            ["n_head"] = 4,
            ["n_inner"] = 24,
            ["vocab_size"] = 272,
            ["n_positions"] = 8,
            ["layer_norm_epsilon"] = 1e-5,
            ["bos_token_id"] = 0,
            ["eos_token_id"] = 2,
        };

    public static JsonObject TokenizerJson(string preTokenizer = """
        {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}
        """)
    {
        var tokens = Tokens();
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. tokens.Take(3).Select((t, i) => new JsonObject { ["id"] = i, ["content"] = t, ["special"] = true })]),
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
    public static string WriteFolder(TempFolder folder, ModelFamily family, int shards = 1)
    {
        folder.Write("config.json", Json(HuggingFaceConfig(family)));
        folder.Write("tokenizer.json", Json(TokenizerJson()));
        folder.Write("tokenizer_config.json", Json(new JsonObject { ["chat_template"] = Template }));
        var builders = Enumerable.Range(0, shards).Select(_ => new SafetensorsBuilder()).ToArray();
        var map = new JsonObject();
        foreach (var (i, (name, rows, columns, values)) in HuggingFaceTensors(family).Index())
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
        int[] printable = [.. Enumerable.Range('!', '~' - '!' + 1), .. Enumerable.Range('¡', '¬' - '¡' + 1), .. Enumerable.Range('®', 'ÿ' - '®' + 1)];
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

    private static string GgufName(ModelFamily family, TensorRole role, int layer) => role switch
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
            TensorRole.Query => family == ModelFamily.Llama ? "attn_q.weight" : "attn_qkv.weight",
            TensorRole.Key => "attn_k.weight",
            TensorRole.Value => "attn_v.weight",
            TensorRole.QueryBias => "attn_qkv.bias",
            TensorRole.AttentionOutput => "attn_output.weight",
            TensorRole.AttentionOutputBias => "attn_output.bias",
            TensorRole.FeedForwardNorm => "ffn_norm.weight",
            TensorRole.FeedForwardNormBias => "ffn_norm.bias",
            TensorRole.Gate => "ffn_gate.weight",
            TensorRole.Up => "ffn_up.weight",
            TensorRole.UpBias => "ffn_up.bias",
            TensorRole.Down => "ffn_down.weight",
            TensorRole.DownBias => "ffn_down.bias",
            _ => role.ToString(),
        },
    };

    private static string HuggingFaceName(ModelFamily family, TensorRole role, int layer) => family == ModelFamily.Llama
        ? role switch
        {
            TensorRole.TokenEmbedding => "model.embed_tokens.weight",
            TensorRole.OutputNorm => "model.norm.weight",
            TensorRole.Output => "lm_head.weight",
            _ => $"model.layers.{layer}." + role switch
            {
                TensorRole.AttentionNorm => "input_layernorm",
                TensorRole.Query => "self_attn.q_proj",
                TensorRole.Key => "self_attn.k_proj",
                TensorRole.Value => "self_attn.v_proj",
                TensorRole.AttentionOutput => "self_attn.o_proj",
                TensorRole.FeedForwardNorm => "post_attention_layernorm",
                TensorRole.Gate => "mlp.gate_proj",
                TensorRole.Up => "mlp.up_proj",
                _ => "mlp.down_proj",
            } + ".weight",
        }
        : role switch
        {
            TensorRole.TokenEmbedding => "wte.weight",
            TensorRole.PositionEmbedding => "wpe.weight",
            TensorRole.OutputNorm => "ln_f.weight",
            TensorRole.OutputNormBias => "ln_f.bias",
            _ => $"h.{layer}." + role switch
            {
                TensorRole.AttentionNorm => "ln_1.weight",
                TensorRole.AttentionNormBias => "ln_1.bias",
                TensorRole.Query => "attn.c_attn.weight",
                TensorRole.QueryBias => "attn.c_attn.bias",
                TensorRole.AttentionOutput => "attn.c_proj.weight",
                TensorRole.AttentionOutputBias => "attn.c_proj.bias",
                TensorRole.FeedForwardNorm => "ln_2.weight",
                TensorRole.FeedForwardNormBias => "ln_2.bias",
                TensorRole.Up => "mlp.c_fc.weight",
                TensorRole.UpBias => "mlp.c_fc.bias",
                TensorRole.Down => "mlp.c_proj.weight",
                _ => "mlp.c_proj.bias",
            },
        };
}
