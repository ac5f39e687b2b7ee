using System.Globalization;
using System.Text.Json;

namespace MPCache.Cache.Tests;

/// <summary>
/// One pair selection*.json / selection*.safetensors: queries and keys of a few layers, and what the paper's public code keeps and selects
/// on them.
/// Sizes and ratios are read from the JSON and the tensors' shapes; optional fields (alpha, level1, level2, window_share) override the
/// paper's defaults.
/// </summary>
internal sealed class SelectionFixture
{
    private readonly JsonElement _json;
    private readonly SafeTensors _tensors;

    private SelectionFixture(string json)
    {
        Path = json;
        _json = JsonDocument.Parse(File.ReadAllText(json)).RootElement.Clone();
        _tensors = new SafeTensors(System.IO.Path.ChangeExtension(json, ".safetensors"));
    }

    public string Path { get; }

    public int Tokens => _json.GetProperty("tokens").GetInt32();

    /// <summary>Layer and eviction mode of each expectation, such as ("3", "threshold_1e-3").</summary>
    public IEnumerable<(string Layer, string Mode)> Cases =>
        _json.GetProperty("expect").EnumerateObject().Select(p => p.Name.Split('.', 2)).Select(p => (p[0], p[1]));

    /// <summary>Every pair of the shared folder.</summary>
    public static IReadOnlyList<SelectionFixture> All() => SharedData.Find("fixtures/smollm2") is { } folder
        ? [.. Directory.GetFiles(folder, "selection*.json").Order(StringComparer.Ordinal).Select(f => new SelectionFixture(f))]
        : [];

    /// <summary>The policy of one case: the paper's, counted as the reference counts.</summary>
    public ComposedPolicy Policy(string mode)
    {
        ComposedPolicy policy = Trial.Of("mpcache") with
        {
            AlwaysKept = AlwaysKeptRule.Reference,
            StaticRatio = _json.GetProperty(
            "static_ratio").GetDouble()
        };
        foreach ((string field, string option) in new[] {
            ("alpha", "alpha"),
            ("level1", "level1"),
            ("level2", "level2"),
            ("window_share", "window-share") })
        {
            if (_json.TryGetProperty(field, out JsonElement value))
            {
                policy = (ComposedPolicy)policy.With(option, value.ToString());
            }
        }

        string[] parts = mode.Split('_', 2);
        return parts[0] switch
        {
            "count" => policy with { Eviction = EvictionKind.Count },
            "threshold" => policy with
            {
                Eviction = EvictionKind.Threshold,
                Threshold = double.Parse(
                parts[1],
                CultureInfo.InvariantCulture)
            },
            _ => throw new InvalidDataException($"{Path}: unknown eviction mode {mode}."),
        };
    }

    /// <summary>Queries of the window, (heads, w, d).</summary>
    public HeadRows WindowQueries(string layer) => Rows(_tensors.Floats($"{layer}.window_q"));

    /// <summary>Keys of the prompt, (key heads, T, d).</summary>
    public HeadRows PromptKeys(string layer) => Rows(_tensors.Floats($"{layer}.prompt_k"));

    public int[] Kept(string layer, string mode) => _tensors.Integers($"{layer}.kept_{mode}");

    /// <summary>What each step and head selects.</summary>
    public int[][][] Selected(string layer, string mode) =>
        _json.GetProperty("expect").GetProperty($"{layer}.{mode}").Deserialize<int[][][]>()!;

    /// <summary>The queries of one step, (heads, 1, d).</summary>
    public HeadRows StepQueries(string layer, int step)
    {
        var (data, shape) = _tensors.Floats($"{layer}.step_q");
        int length = shape[1] * shape[2];
        return new HeadRows(data.AsMemory(step * length, length), shape[1], 1, shape[2]);
    }

    /// <summary>Keys of the cache at one step: the kept prompt tokens, then those generated up to and with this step.</summary>
    public HeadRows CachedKeys(string layer, int[] kept, int step)
    {
        HeadRows prompt = PromptKeys(layer);
        var (generated, shape) = _tensors.Floats($"{layer}.step_k");
        int rows = kept.Length + step + 1, width = prompt.Width;
        var cache = new float[prompt.Heads * rows * width];
        for (int h = 0; h < prompt.Heads; h++)
        {
            for (int t = 0; t < rows; t++)
            {
                ReadOnlySpan<float> row = t < kept.Length
                    ? prompt.Row(h, kept[t])
                    : generated.AsSpan(((t - kept.Length) * shape[1] + h) * width, width);
                row.CopyTo(cache.AsSpan((h * rows + t) * width));
            }
        }

        return new HeadRows(cache, prompt.Heads, rows, width);
    }

    private static HeadRows Rows((float[] Data, int[] Shape) tensor) => new(tensor.Data, tensor.Shape[0], tensor.Shape[1], tensor.Shape[2]);
}
