using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;


namespace MPCache.Bench;

/// <summary>One transformer layer with random weights: a decoding step over a filled cache, or the first rows of a prompt.</summary>
internal static class LayerRow
{
    private const int ResidualRange = 4; // residuals uniform in (-4, 4)

    /// <summary>A decoding step with <paramref name="cache"/> tokens in the cache before anything is evicted.</summary>
    public static ProtocolRow Decode(string name, ModelConfig model, int cache, string policy) => Create(name, model, 1, cache, policy);

    /// <summary>The first rows of a prompt, together.</summary>
    public static ProtocolRow Prefill(string name, ModelConfig model, int rows) => Create(name, model, rows, 0, "full");

    /// <summary>The name under which another process makes the same row.</summary>
    public static string NameOf(string model, int rows, int cache, CachePolicy policy) => $"{model}/{rows}/{cache}/{policy.ToText()}";

    /// <summary>The row of a name.</summary>
    /// <exception cref="ArgumentException">It names no layer.</exception>
    public static ProtocolRow OfName(string name) => name.Split('/') is [var model, var rows, var cache, var policy]
        ? Create(name, ModelConfig.Known(model)!, int.Parse(rows), int.Parse(cache), policy)
        : throw new ArgumentException($"\"{name}\" names no layer.");

    private static ProtocolRow Create(string name, ModelConfig model, int rows, int cache, string policy)
    {
        ModelConfig config = model with { Layers = 1, Vocabulary = 1, ContextLength = 1 << 13, EndTokens = [] };
        FixedPointPlan plan = FixedPointPlan.Typical(config);
        int size = rows * config.Width, frac = Formats.ResidualFrac;
        ProtocolRow row = new(name, size, 64, frac, () => Inputs(size, frac), _ => null!, _ => [])
        {
            Whole = true,
        };
        var request = new GenerationRequest
        {
            PromptTokens = Math.Max(1, cache - row.Repeats),
            MaxTokens = row.Repeats + rows + 1,
            Policy = policy,
            Reveal = "token",
            FillCache = true,
        };
        request.Check(config);
        return row with
        {
            Program = role => new Run(role, config, plan, request, rows, cache > 0).Layer,
            Exact = x => Exact(config, plan, request, rows, cache > 0 ? row.Repeats + 1 : 1, cache > 0, x),
            HasExact = request.CachePolicy.Name == "full",
        };
    }

    /// <summary>
    /// A role's layer: where there is a cache each repetition goes on from the one before, so that the last has as many tokens as was asked
    /// for.
    /// </summary>
    private sealed class Run(Role role, ModelConfig config, FixedPointPlan plan, GenerationRequest request, int rows, bool fills)
    {
        private readonly LayerWeights _weights = LayerWeights.Of(role, config, plan);
        private SecretEngine? _engine;
        private Transformer<Secret>? _transformer;
        private int _position;

        public async ValueTask<Secret> Layer(Mpc mpc, Secret x)
        {
            if (_engine is null || !fills)
            {
                _engine?.Dispose();
                _engine = new SecretEngine(mpc, config, plan, _weights, request);
                var attention = new Attention<Secret>(config, _engine, request.CachePolicy, request.PromptTokens, request.MaxTokens);
                _transformer = new Transformer<Secret>(config, _engine, attention);
                _position = 0;
                if (fills)
                {
                    await attention.Fill(request.PromptTokens);
                    await attention.EndPrompt();
                    _position = request.PromptTokens;
                }
            }

            Secret y = await _transformer!.Layer(x, 0, rows, _position);
            _position += rows;
            return y;
        }
    }

    private static double[] Exact(
        ModelConfig config,
        FixedPointPlan plan,
        GenerationRequest request,
        int rows,
        int repeats,
        bool fills,
        double[] x)
    {
        var engine = new FloatEngine(LayerWeights.Exact(config, plan)) { NoiseCoins = BenchKeys.Of(3) };
        var attention = new Attention<float[]>(config, engine, CachePolicy.Named("full"), request.PromptTokens, null);
        var transformer = new Transformer<float[]>(config, engine, attention);
        int position = 0;
        if (fills)
        {
            attention.Fill(request.PromptTokens).AsTask().GetAwaiter().GetResult();
            position = request.PromptTokens;
        }

        float[] y = [];
        for (int i = 0; i < repeats; i++, position += rows)
        {
            y = transformer.Layer([.. x.Select(v => (float)v)], 0, rows, position).AsTask().GetAwaiter().GetResult();
        }

        return [.. y.Select(v => (double)v)];
    }

    private static long[] Inputs(int n, int frac)
    {
        var random = new Random(n);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextInt64(-((long)ResidualRange << frac), (long)ResidualRange << frac))];
    }
}
