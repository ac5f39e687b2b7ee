using MPCache.Models;

namespace MPCache.Inference;

/// <summary>What a calibration run sees: each tensor's name, its layer and its values.</summary>
public delegate void TensorObserver(string tensor, int layer, ReadOnlySpan<float> values);

/// <summary>The plaintext engine in single precision: the oracle of the private ones.</summary>
public sealed class FloatEngine : IEngine<float[]>
{
    private readonly FloatWeights _weights;
    private readonly ModelConfig _config;
    private readonly TensorObserver? _observe;
    private readonly List<float>[] _keys, _values; // per layer: tokens x kv heads x head dim

    /// <summary>An engine for one generation.</summary>
    public FloatEngine(FloatWeights weights, TensorObserver? observe = null)
    {
        (_weights, _config, _observe) = (weights, weights.Config, observe);
        _keys = [.. Enumerable.Range(0, _config.Layers).Select(_ => new List<float>())];
        _values = [.. Enumerable.Range(0, _config.Layers).Select(_ => new List<float>())];
    }

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
        float[] y = new float[x.Length];
        float[] sums = new float[x.Length / d];
        for (int r = 0; r < sums.Length; r++)
        {
            ReadOnlySpan<float> row = x.AsSpan(r * d, d);
            double mean = 0, square = 0;
            if (_config.Family == ModelFamily.Gpt2)
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

        _observe?.Invoke($"{site} norm, sum of squares", layer, sums);
        return new(y);
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
            if (_config.Family == ModelFamily.Llama)
            {
                for (int h = 0; h < heads + groups; h++)
                {
                    Rotate(row.Slice(h * d, d), position + r);
                }
            }

            Observe("query", layer, row[..(heads * d)]);
            Observe("key", layer, row.Slice(heads * d, groups * d));
            Observe("value", layer, row[((heads + groups) * d)..]);
            _keys[layer].AddRange(row.Slice(heads * d, groups * d));
            _values[layer].AddRange(row[((heads + groups) * d)..]);
        }

        float[] mixed = new float[rows * heads * d];
        Parallel.For(0, heads, h => AttendHead(qkv, layer, rows, position, h, mixed));
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
        bool gated = _config.Family == ModelFamily.Llama;
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < f; i++)
            {
                float x = gateUp[(r * (gated ? 2 * f : f)) + i];
                hidden[(r * f) + i] = gated
                    ? x / (1 + MathF.Exp(-x)) * gateUp[(r * 2 * f) + f + i]
                    : 0.5f * x * (1 + MathF.Tanh(0.7978845608f * (x + (0.044715f * x * x * x))));
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
    public float[] LastRow(float[] x, int rows) => x[((rows - 1) * _config.Width)..];

    /// <inheritdoc/>
    public float[] EndLayer(float[] x) => x;

    private void Observe(string tensor, int layer, ReadOnlySpan<float> values) => _observe?.Invoke(tensor, layer, values);

    private void Rotate(Span<float> head, int position)
    {
        int half = head.Length / 2;
        for (int i = 0; i < half; i++)
        {
            double angle = position * Math.Pow(_config.RopeBase, -2.0 * i / head.Length);
            float cos = (float)Math.Cos(angle), sin = (float)Math.Sin(angle), a = head[i], b = head[i + half];
            head[i] = (a * cos) - (b * sin);
            head[i + half] = (b * cos) + (a * sin);
        }
    }

    private void AttendHead(float[] qkv, int layer, int rows, int position, int h, float[] mixed)
    {
        int heads = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, stride = (heads + (2 * groups)) * d, g = h / (heads / groups);
        ReadOnlySpan<float> keys = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys[layer]);
        ReadOnlySpan<float> values = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values[layer]);
        float[] scores = new float[position + rows];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<float> q = qkv.AsSpan((r * stride) + (h * d), d);
            int count = position + r + 1;
            float largest = float.MinValue, sum = 0;
            for (int t = 0; t < count; t++)
            {
                scores[t] = FloatMatrix.Dot(q, keys.Slice(((t * groups) + g) * d, d));
                largest = MathF.Max(largest, scores[t]);
            }

            Span<float> to = mixed.AsSpan(((r * heads) + h) * d, d);
            for (int t = 0; t < count; t++)
            {
                float e = MathF.Pow(2, scores[t] - largest); // scores are in units of log2
                sum += e;
                ReadOnlySpan<float> v = values.Slice(((t * groups) + g) * d, d);
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
        ReadOnlySpan<float> keys = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys[layer]);
        float[] scores = new float[position + rows];
        for (int h = 0; h < heads; h++)
        {
            for (int r = 0; r < rows; r++)
            {
                for (int t = 0; t <= position + r; t++)
                {
                    scores[t] = FloatMatrix.Dot(qkv.AsSpan((r * stride) + (h * d), d), keys.Slice(((t * groups) + (h / (heads / groups))) * d, d));
                }

                Observe("score", layer, scores.AsSpan(0, position + r + 1));
            }
        }
    }
}
