using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>What a calibration run sees: each tensor's name, its layer and its values.</summary>
public delegate void TensorObserver(string tensor, int layer, ReadOnlySpan<float> values);

/// <summary>The plaintext engine in single precision: the oracle of the private ones.</summary>
public sealed class FloatEngine : IEngine<float[]>
{
    private readonly FloatWeights _weights;
    private readonly ModelConfig _config;
    private readonly TensorObserver? _observe;
    private readonly CachePolicy _policy;
    private readonly CacheSession _session;
    private readonly FloatRows[] _keys, _values; // per layer: tokens x (kv heads x head dim)
    private readonly FloatRows[] _queries;       // of the prompt, where eviction will want its last ones
    private bool _promptEnded;

    /// <summary>An engine for one generation.</summary>
    /// <param name="weights">The model.</param>
    /// <param name="policy">What is kept of the prompt and attended to at each step; the full cache by default.</param>
    /// <param name="observe">Sees every tensor.</param>
    public FloatEngine(FloatWeights weights, CachePolicy? policy = null, TensorObserver? observe = null)
    {
        (_weights, _config, _observe) = (weights, weights.Config, observe);
        _policy = policy ?? CachePolicy.Named("full");
        _session = new CacheSession(_policy);
        FloatRows[] Rows(int heads) => [.. Enumerable.Range(0, _config.Layers).Select(_ => new FloatRows(heads * _config.HeadDim))];
        (_keys, _values, _queries) = (Rows(_config.KeyValueHeads), Rows(_config.KeyValueHeads), Rows(_config.Heads));
    }

    /// <summary>An engine that goes on after a prompt that has been run with the full cache: it evicts, and then steps.</summary>
    internal FloatEngine(FloatWeights weights, CachePolicy policy, FloatPrompt prompt)
        : this(weights, policy)
    {
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            (_keys[layer], _values[layer]) = (prompt.KeyRows[layer].Copy(), prompt.ValueRows[layer].Copy());
            _queries[layer] = prompt.QueryRows[layer].Copy();
        }

        EndPrompt(prompt.Tokens).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>Tokens attended to by all heads of all layers in decoding steps, and tokens that the full cache would have attended to.</summary>
    public (long Attended, long Full) Attention { get; private set; }

    /// <inheritdoc/>
    public void Stage(string name)
    {
    }

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
    public ValueTask<float[]> PostNorm(float[] y, int layer, LinearSite site) => new(ScaledNorm(y, _config.Width, layer, site, _config.Norm));

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
    public ValueTask<float[]> Attend(float[] qkv, int layer, int rows, int position)
    {
        int heads = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, stride = (heads + (2 * groups)) * d;
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = qkv.AsSpan(r * stride, stride);
            for (int h = 0; _config.Rotates(layer) && h < heads + groups; h++)
            {
                RotaryTable.Rotate(_config.Rotary!, _config.WindowOf(layer) is not null, row.Slice(h * d, d), position + r);
            }

            Observe("query", layer, row[..(heads * d)]);
            Observe("key", layer, row.Slice(heads * d, groups * d));
            Observe("value", layer, row[((heads + groups) * d)..]);
            _keys[layer].Add(row.Slice(heads * d, groups * d));
            _values[layer].Add(row[((heads + groups) * d)..]);
            if (!_promptEnded && _policy.Eviction is EvictionKind.Count or EvictionKind.Threshold)
            {
                _queries[layer].Add(Unscaled(row[..(heads * d)]));
            }
        }

        SlidingLimit.Check(_config, _policy, position + rows);
        float[] mixed = new float[rows * heads * d];
        int[][]? selected = _promptEnded && _policy.Selection != SelectionKind.None
            ? _session.Select(layer, new HeadRows(Unscaled(qkv.AsSpan(0, heads * d)), heads, 1, d), Keys(layer))
            : null;
        Parallel.For(0, heads, h => AttendHead(qkv, layer, rows, h, selected?[h], mixed));
        if (_promptEnded)
        {
            long attended = selected?.Sum(s => (long)s.Length) ?? (long)heads * _keys[layer].Count;
            Attention = (Attention.Attended + attended, Attention.Full + ((long)heads * (position + 1)));
        }

        if (_observe is not null)
        {
            ObserveScores(qkv, layer, rows, position);
            _observe("attended", layer, mixed);
        }

        return new(mixed);
    }

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

    /// <summary>Fills the caches with pseudo-random tokens in place of a prompt, the same as <see cref="SecretEngine.FillCache"/>.</summary>
    public void FillCache(int tokens, AesKey coins)
    {
        int frac = Formats.Value.Frac;
        int groups = _config.KeyValueHeads, d = _config.HeadDim;
        float[] row = new float[groups * d];
        for (int layer = 0; layer < _config.Layers; layer++)
        {
            for (int at = 0; at < tokens; at += CacheNoise.Piece)
            {
                int count = Math.Min(CacheNoise.Piece, tokens - at);
                ulong[] words = new ulong[groups * count * d];
                foreach (bool values in new[] { false, true })
                {
                    CacheNoise.Fill(words, coins, layer, at, values, frac);
                    for (int t = 0; t < count; t++)
                    {
                        for (int i = 0; i < row.Length; i++)
                        {
                            row[i] = MathF.ScaleB((long)words[(((i / d) * count) + t) * d + (i % d)], -frac);
                        }

                        (values ? _values : _keys)[layer].Add(row);
                    }
                }
            }
        }

        _promptEnded = true;
    }

    /// <inheritdoc/>
    public ValueTask EndPrompt(int tokens)
    {
        _promptEnded = true;
        int heads = _config.Heads, d = _config.HeadDim;
        for (int layer = 0; layer < _config.Layers && _policy.Eviction != EvictionKind.None; layer++)
        {
            int window = Math.Min(_policy.WindowLength(tokens), _queries[layer].Count);
            ReadOnlyMemory<float> last = _queries[layer].All[((_queries[layer].Count - window) * heads * d)..];
            int[][] kept = _session.Evict(layer, new HeadRows(last, heads, window, d, d, heads * d), Keys(layer));
            _keys[layer].KeepOfHeads(kept);
            _values[layer].KeepOfHeads(kept);
            _queries[layer].Clear();
        }

        return default;
    }

    /// <summary>What the prompt left behind; the engine is not used again.</summary>
    internal FloatPrompt Snapshot(float[] logits) => new(_config, _keys, _values, _queries, logits);

    /// <summary>Queries as the policies know them, without the scale of attention that is folded into the weights.</summary>
    private float[] Unscaled(ReadOnlySpan<float> queries)
    {
        float scale = (float)(1 / FoldedWeights.ScoreScale(_config));
        float[] plain = new float[queries.Length];
        for (int i = 0; i < plain.Length; i++)
        {
            plain[i] = queries[i] * scale;
        }

        return plain;
    }

    private HeadRows Keys(int layer) =>
        new(_keys[layer].All, _config.KeyValueHeads, _keys[layer].Count, _config.HeadDim, _config.HeadDim, _config.KeyValueHeads * _config.HeadDim);

    /// <inheritdoc/>
    public float[] LastRow(float[] x, int rows) => x[((rows - 1) * _config.Width)..];

    /// <inheritdoc/>
    public float[] EndLayer(float[] x) => x;

    private void Observe(string tensor, int layer, ReadOnlySpan<float> values) => _observe?.Invoke(tensor, layer, values);

    private void AttendHead(float[] qkv, int layer, int rows, int h, int[]? selected, float[] mixed)
    {
        int heads = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, stride = (heads + (2 * groups)) * d, g = h / (heads / groups);
        int cached = _keys[layer].Count;
        float[] scores = new float[cached];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> q = qkv.AsSpan((r * stride) + (h * d), d);
            int count = selected?.Length ?? cached - rows + r + 1, first = Math.Max(0, count - (_config.WindowOf(layer) ?? count));
            float largest = float.MinValue, sum = 0;
            for (int t = first; t < count; t++)
            {
                scores[t] = FloatMatrix.Dot(q, _keys[layer].Row(selected?[t] ?? t).Slice(g * d, d));
                largest = MathF.Max(largest, scores[t]);
            }

            Span<float> to = mixed.AsSpan(((r * heads) + h) * d, d);
            for (int t = first; t < count; t++)
            {
                float e = MathF.Pow(2, scores[t] - largest); // scores are in units of log2
                sum += e;
                ReadOnlySpan<float> v = _values[layer].Row(selected?[t] ?? t).Slice(g * d, d);
                for (int i = 0; i < d; i++)
                {
                    to[i] += e * v[i];
                }
            }

            for (int i = 0; i < d; i++)
            {
                to[i] /= sum;
            }
        }
    }

    private void ObserveScores(float[] qkv, int layer, int rows, int position)
    {
        int heads = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, stride = (heads + (2 * groups)) * d;
        float[] scores = new float[position + rows];
        for (int h = 0; h < heads; h++)
        {
            for (int r = 0; r < rows; r++)
            {
                int first = Math.Max(0, position + r + 1 - (_config.WindowOf(layer) ?? int.MaxValue));
                for (int t = first; t <= position + r; t++)
                {
                    scores[t] = FloatMatrix.Dot(qkv.AsSpan((r * stride) + (h * d), d), _keys[layer].Row(t).Slice(h / (heads / groups) * d, d));
                }

                Observe("score", layer, scores.AsSpan(first, position + r + 1 - first));
            }
        }
    }
}
