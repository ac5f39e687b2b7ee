using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>The plaintext engine in single precision: the oracle of the private ones.</summary>
public sealed class FloatEngine : IEngine<float[]>
{
    private readonly FloatWeights _weights;
    private readonly ModelConfig _config;
    private readonly TensorObserver? _observe;
    private readonly ClearOperations _operations;

    /// <summary>An engine for one generation.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="observe">Sees every tensor.</param>
    public FloatEngine(FloatWeights weights, TensorObserver? observe = null)
    {
        (_weights, _config, _observe) = (weights, weights.Config, observe);
        double scale = FoldedWeights.ScoreScale(_config);
        _operations = observe is null
            ? new ClearOperations(_config.Heads, _config.KeyValueHeads, _config.HeadDim, scale)
            {
                Rotation = _config.Rotary is { } rotary
                    ? (layer, key, by) => RotaryTable.Rotate(rotary, _config.WindowOf(layer) is not null, key, by)
                    : null,
                RotatingLayers = _config.Rotates,
            }
            : new ObservedOperations(_config, scale, observe); // runs the full cache alone
    }

    /// <inheritdoc/>
    public ICacheOperations<float[]> Operations => _operations;

    /// <inheritdoc/>
    public ValueTask<float[]> Embed(ReadOnlyMemory<int> tokens, int position)
    {
        int d = _config.Width;
        float[] x = new float[tokens.Length * d];
        for (int r = 0; r < tokens.Length; r++)
        {
            _weights.Embedding.AsSpan(tokens.Span[r] * d, d).CopyTo(x.AsSpan(r * d));
            for (int i = 0; _weights.Positions is not null && i < d; i++)
            {
                x[(r * d) + i] += _weights.Positions[((position + r) * d) + i];
            }
        }

        _observe?.Invoke("residual", 0, x);
        return new(x);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> Norm(float[] x, int layer, NormSite site)
    {
        int d = _config.Width;
        float[] y = Normalised(x, d, _config.Norm, out float[] sums);
        _observe?.Invoke($"{site} norm, sum of squares", layer, sums);
        return new(y);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> NormHeads(float[] queryKeyValue, int layer, int rows)
    {
        int stride = queryKeyValue.Length / rows, width = (_config.Heads + _config.KeyValueHeads) * _config.HeadDim;
        float[] heads = new float[rows * width];
        for (int r = 0; r < rows; r++)
        {
            queryKeyValue.AsSpan(r * stride, width).CopyTo(heads.AsSpan(r * width));
        }

        heads = ScaledNorm(heads, _config.HeadDim, layer, LinearSite.QueryKeyNorm, NormKind.RootMeanSquare);
        for (int r = 0; r < rows; r++)
        {
            heads.AsSpan(r * width, width).CopyTo(queryKeyValue.AsSpan(r * stride));
        }

        return new(queryKeyValue);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> PostNorm(float[] y, int layer, LinearSite site)
        => new(ScaledNorm(y, _config.Width, layer, site, _config.Norm));

    private float[] ScaledNorm(float[] x, int columns, int layer, LinearSite site, NormKind kind)
    {
        float[] y = Normalised(x, columns, kind, out float[] sums), weights = _weights[layer, site].Values;
        _observe?.Invoke($"{site}, sum of squares", layer, sums);
        for (int i = 0; i < y.Length; i++)
        {
            y[i] *= weights[i % weights.Length];
        }

        return y;
    }

    /// <summary>Rows by their root mean square or deviation; and each row's sum of squares, with epsilon.</summary>
    private float[] Normalised(float[] x, int d, NormKind kind, out float[] sums)
    {
        float[] y = new float[x.Length];
        sums = new float[x.Length / d];
        for (int r = 0; r < sums.Length; r++)
        {
            ReadOnlySpan<float> row = x.AsSpan(r * d, d);
            double mean = 0, square = 0;
            if (kind == NormKind.MeanAndDeviation)
            {
                foreach (float v in row)
                {
                    mean += v;
                }

                mean /= d;
            }

            foreach (float v in row)
            {
                square += (v - mean) * (v - mean);
            }

            float scale = (float)(1 / Math.Sqrt((square / d) + _config.NormEpsilon));
            sums[r] = (float)(square + (_config.NormEpsilon * d));
            for (int i = 0; i < d; i++)
            {
                y[(r * d) + i] = (float)(row[i] - mean) * scale;
            }
        }

        return y;
    }

    /// <inheritdoc/>
    public ValueTask<float[]> Linear(float[] x, int layer, LinearSite site)
    {
        FoldedMatrix w = _weights[layer, site];
        float[] y = FloatMatrix.Multiply(x, w, x.Length / w.Columns);
        if (site is not (LinearSite.QueryKeyValue or LinearSite.GateUp))
        {
            _observe?.Invoke($"{site}", layer, y);
        }

        return new(y);
    }

    /// <inheritdoc/>
    public float[] SplitHeads(float[] queryKeyValue, int layer, int rows, int position, HeadKind kind)
    {
        int queries = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, stride = (queries + (2 * groups)) * d;
        (int first, int count) = kind switch
        {
            HeadKind.Query => (0, queries),
            HeadKind.Key => (queries, groups),
            _ => (queries
            + groups, groups)
        };
        float[] heads = new float[count * rows * d];
        for (int i = 0; i < count * rows; i++)
        {
            Span<float> head = heads.AsSpan(i * d, d);
            queryKeyValue.AsSpan((i % rows * stride) + ((first + (i / rows)) * d), d).CopyTo(head);
            if (kind != HeadKind.Value && _config.Rotates(layer))
            {
                RotaryTable.Rotate(_config.Rotary!, _config.WindowOf(layer) is not null, head, position + (i % rows));
            }
        }

        Observe(kind switch { HeadKind.Query => "query", HeadKind.Key => "key", _ => "value" }, layer, heads);
        return heads;
    }

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> Ready(float[] heads, int layer, HeadKind kind) => new(_operations.FactorOf(heads));

    /// <inheritdoc/>
    public float[] JoinHeads(float[] heads, int layer, int rows)
    {
        int count = _config.Heads, d = _config.HeadDim;
        float[] joined = new float[heads.Length];
        for (int i = 0; i < count * rows; i++)
        {
            heads.AsSpan(i * d, d).CopyTo(joined.AsSpan(((i % rows * count) + (i / rows)) * d));
        }

        Observe("attended", layer, joined);
        return joined;
    }

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> Noise(int layer, int at, int count, HeadKind kind)
    {
        int frac = Formats.Value.Frac;
        ulong[] words = new ulong[_config.KeyValueHeads * count * _config.HeadDim];
        CacheNoise.Fill(words, NoiseCoins, layer, at, kind == HeadKind.Value, frac);
        return new(_operations.FactorOf([.. words.Select(w => MathF.ScaleB((long)w, -frac))]));
    }

    /// <summary>Public coins of <see cref="Noise"/>.</summary>
    public AesKey NoiseCoins { get; init; } = new(new byte[16]);

    /// <inheritdoc/>
    public ValueTask<float[]> Activate(float[] gateUp, int layer, int rows)
    {
        int f = _config.FeedForward;
        float[] hidden = new float[rows * f];
        bool gated = _config.Gated;
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < f; i++)
            {
                float x = gateUp[(r * (gated ? 2 * f : f)) + i];
                float activated = _config.Activation switch
                {
                    ActivationKind.Silu => x / (1 + MathF.Exp(-x)),
                    ActivationKind.GeluTanh => 0.5f * x * (1 + MathF.Tanh(0.7978845608f * (x + (0.044715f * x * x * x)))),
                    _ => (float)(x * Activation.NormalDistribution(x)),
                };
                hidden[(r * f) + i] = gated ? activated * gateUp[(r * 2 * f) + f + i] : activated;
            }

            Observe("activation argument", layer, gateUp.AsSpan(r * (gated ? 2 * f : f), f));
            if (gated)
            {
                Observe("up", layer, gateUp.AsSpan((r * 2 * f) + f, f));
            }
        }

        Observe("hidden", layer, hidden);
        return new(hidden);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> AddResidual(float[] x, float[] y, int layer, LinearSite from)
    {
        for (int i = 0; i < x.Length; i++)
        {
            y[i] += x[i];
        }

        Observe("residual", layer, y);
        return new(y);
    }

    /// <inheritdoc/>
    public float[] LastRows(float[] x, int rows, int count) => x[((rows - count) * _config.Width)..];

    /// <inheritdoc/>
    public void EndLayer(List<float[]> underWay)
    {
    }

    private void Observe(string tensor, int layer, ReadOnlySpan<float> values) => _observe?.Invoke(tensor, layer, values);

    /// <summary>Operations that show scores.</summary>
    private sealed class ObservedOperations(ModelConfig config, double scale, TensorObserver observe)
        : ClearOperations(config.Heads, config.KeyValueHeads, config.HeadDim, scale)
    {
        public override ValueTask<float[]> Numerators(float[] scores, int layer, int rows, int[] valid)
        {
            int columns = scores.Length / rows;
            for (int r = 0; r < rows; r++)
            {
                observe("score", layer, scores.AsSpan(r * columns, Math.Min(columns, valid[r])));
            }

            return base.Numerators(scores, layer, rows, valid);
        }
    }
}
