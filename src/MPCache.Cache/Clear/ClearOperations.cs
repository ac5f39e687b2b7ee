namespace MPCache.Cache;

/// <summary>The operations in single precision: what every policy is compared with.</summary>
/// <param name="heads">Query heads.</param>
/// <param name="keyHeads">Key heads.</param>
/// <param name="headDim">Head dimension.</param>
/// <param name="scoreScale">What queries carry of softmax's scale: a score is query times key times this, in units of log2.</param>
public class ClearOperations(int heads, int keyHeads, int headDim, double scoreScale) : ICacheOperations<float[]>, IClearValues<float[]>
{
    private readonly int _share = heads / keyHeads;

    /// <inheritdoc/>
    public void Stage(string name)
    {
    }

    /// <inheritdoc/>
    public IDisposable Scope() => new Nothing();

    /// <inheritdoc/>
    public StoredRows<Factor<float[]>> StoreFactors(int heads, int capacity, int width)
        => new ClearRows.Factors(new ClearRows(heads, width));

    /// <inheritdoc/>
    public StoredRows<float[]> Store(int heads, int capacity, int width) => new ClearRows.Tensors(new ClearRows(heads, width));

    // ---- public linear maps ----------------------------------------------------------------------------

    /// <inheritdoc/>
    public float[] Add(float[] x, float[] y) => [.. x.Zip(y, (a, b) => a + b)];

    /// <inheritdoc/>
    public float[] Blend(float[] x, double a, float[] y, double b)
    {
        float wx = (float)a, wy = (float)b;
        return [.. x.Zip(y, (p, q) => (wx * p) + (wy * q))];
    }

    /// <inheritdoc/>
    public float[] Negate(float[] x) => [.. x.Select(v => -v)];

    /// <inheritdoc/>
    public float[] Transposed(float[] x, int blocks, int rows)
    {
        int size = x.Length / blocks, columns = size / rows;
        float[] turned = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            turned[(i / size * size) + (i % columns * rows) + (i % size / columns)] = x[i];
        }

        return turned;
    }

    /// <inheritdoc/>
    public float[] Columns(float[] x, int blocks, params (int From, int Count)[] runs)
    {
        int stride = x.Length / blocks, total = runs.Sum(r => r.Count);
        float[] columns = new float[blocks * total];
        for (int b = 0; b < blocks; b++)
        {
            int at = b * total;
            foreach ((int from, int count) in runs)
            {
                x.AsSpan((b * stride) + from, count).CopyTo(columns.AsSpan(at));
                at += count;
            }
        }

        return columns;
    }

    /// <inheritdoc/>
    public float[] Block(float[] x, int block, int blocks) => x[(x.Length / blocks * block)..(x.Length / blocks * (block + 1))];

    /// <inheritdoc/>
    public float[] Beside(int blocks, params float[][] parts)
    {
        int total = parts.Sum(p => p.Length / blocks);
        float[] joined = new float[blocks * total];
        for (int b = 0; b < blocks; b++)
        {
            int at = b * total;
            foreach (float[] part in parts)
            {
                int width = part.Length / blocks;
                part.AsSpan(b * width, width).CopyTo(joined.AsSpan(at));
                at += width;
            }
        }

        return joined;
    }

    /// <inheritdoc/>
    public float[] MoveRuns(float[] x, int rows, int columns, Func<int, (int From, int To, int Count)> runOf)
    {
        int stride = x.Length / rows;
        float[] moved = new float[rows * columns];
        for (int r = 0; r < rows; r++)
        {
            (int from, int to, int count) = runOf(r);
            x.AsSpan((r * stride) + from, count).CopyTo(moved.AsSpan((r * columns) + to));
        }

        return moved;
    }

    /// <inheritdoc/>
    public float[] Ones(int length)
    {
        float[] ones = new float[length];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <inheritdoc/>
    public float[] Zeros(float[] like, int length) => new float[length];

    /// <inheritdoc/>
    public float[] SumsOfRuns(float[] x, int size)
    {
        float[] sums = new float[x.Length / size];
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = (float)Sum(x.AsSpan(i * size, size));
        }

        return sums;
    }

    /// <inheritdoc/>
    public float[] SumsOfBlocks(float[] x, int blocks, int groups)
    {
        int n = x.Length / blocks, together = blocks / groups;
        float[] sums = new float[groups * n];
        for (int i = 0; i < sums.Length; i++)
        {
            double sum = 0;
            for (int b = 0; b < together; b++)
            {
                sum += x[((((i / n) * together) + b) * n) + (i % n)];
            }

            sums[i] = (float)sum;
        }

        return sums;
    }

    /// <inheritdoc/>
    public float[] SumsAround(float[] x, int blocks, int before, int after, Func<int, bool>? without = null)
    {
        // Summed anew for each element: a running sum would leave rounding errors behind, and ties would fall otherwise.
        int n = x.Length / blocks;
        float[] sums = new float[x.Length];
        for (int i = 0; i < sums.Length; i++)
        {
            int block = i / n * n, at = i % n;
            double sum = 0;
            for (int j = Math.Max(0, at - before); j <= Math.Min(n - 1, at + after); j++)
            {
                sum += without?.Invoke(j) == true ? 0 : x[block + j];
            }

            sums[i] = (float)sum;
        }

        return sums;
    }

    // ---- attention -------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public float[] Scores(Factor<float[]> queries, StoredRows<Factor<float[]>> keys, int rows, int tokens)
    {
        ClearRows stored = ((ClearRows.Factors)keys).Rows;
        float[] scores = new float[heads * rows * tokens];
        Parallel.For(0, heads, h =>
        {
            ReadOnlySpan<float> own = stored.Head(h / _share, tokens), q = queries.Value;
            for (int r = h * rows; r < (h + 1) * rows; r++)
            {
                for (int t = 0; t < tokens; t++)
                {
                    scores[(r * tokens) + t] = Dot.Single(q.Slice(r * headDim, headDim), own.Slice(t * headDim, headDim));
                }
            }
        });
        return scores;
    }

    /// <inheritdoc/>
    public float[] ForSoftmax(float[] scores, int layer) => scores;

    /// <inheritdoc/>
    public virtual ValueTask<float[]> Numerators(float[] scores, int layer, int rows, int[] valid)
    {
        int columns = scores.Length / rows;
        float[] numerators = new float[scores.Length];
        Parallel.For(0, rows, r =>
        {
            ReadOnlySpan<float> row = scores.AsSpan(r * columns, Math.Min(columns, valid[r]));
            float largest = float.MinValue;
            foreach (float score in row)
            {
                largest = MathF.Max(largest, score);
            }

            for (int t = 0; t < row.Length; t++)
            {
                numerators[(r * columns) + t] = MathF.Pow(2, row[t] - largest);
            }
        });
        return new(numerators);
    }

    /// <inheritdoc/>
    public float[] RowSums(float[] x, int rows) => SumsOfRuns(x, x.Length / rows);

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> Reciprocals(float[] sums, int columns) => Ready([.. sums.Select(s => 1 / s)]);

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> Ready(float[] x) => new(new ClearFactor(x));

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> WeightedSums(Factor<float[]> weights, StoredRows<Factor<float[]>> values, int rows, int tokens)
    {
        ClearRows stored = ((ClearRows.Factors)values).Rows;
        float[] sums = new float[heads * rows * headDim];
        Parallel.For(0, heads, h =>
        {
            ReadOnlySpan<float> own = stored.Head(h / _share, tokens), w = weights.Value;
            for (int r = h * rows; r < (h + 1) * rows; r++)
            {
                Span<float> sum = sums.AsSpan(r * headDim, headDim);
                for (int t = 0; t < tokens; t++)
                {
                    float weight = w[(r * tokens) + t];
                    if (weight != 0)
                    {
                        Dot.AddScaled(sum, own.Slice(t * headDim, headDim), weight);
                    }
                }
            }
        });
        return Ready(sums);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> Divide(Factor<float[]> x, Factor<float[]> reciprocals) => new(Average(x, reciprocals));

    /// <inheritdoc/>
    public float[] Average(Factor<float[]> sums, Factor<float[]> reciprocals)
    {
        int columns = sums.Value.Length / reciprocals.Value.Length;
        return [.. sums.Value.Select((v, i) => v * reciprocals.Value[i / columns])];
    }

    // ---- statistics ------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public ValueTask<float[]> Received(Attended<float[]> attended, int from, long most)
    {
        int rows = attended.Rows, tokens = attended.Tokens;
        float[] received = new float[heads * tokens];
        Parallel.For(0, heads, h =>
        {
            double[] sums = new double[tokens];
            for (int r = (h * rows) + from; r < (h + 1) * rows; r++)
            {
                double reciprocal = attended.Reciprocals.Value[r];
                for (int t = 0; t < tokens; t++)
                {
                    sums[t] += attended.Numerators.Value[(r * tokens) + t] * reciprocal;
                }
            }

            for (int t = 0; t < tokens; t++)
            {
                received[(h * tokens) + t] = (float)sums[t];
            }
        });
        return new(received);
    }

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> AsKeys(float[] x, int layer) => Ready(x);

    /// <inheritdoc/>
    public ValueTask<Factor<float[]>> AsQueries(float[] x, int layer) => Ready(x);

    /// <summary>Rotates a key of a layer by so many positions, in place; null where nothing is rotated.</summary>
    public KeyRotation? Rotation { get; init; }

    /// <summary>Layers that rotate.</summary>
    public Func<int, bool> RotatingLayers { get; init; } = _ => true;

    /// <inheritdoc/>
    public bool Rotates(int layer) => Rotation is not null && RotatingLayers(layer);

    /// <inheritdoc/>
    public float[] Turned(float[] keys, int layer, int by)
    {
        float[] turned = [.. keys];
        for (int at = 0; at < turned.Length; at += headDim)
        {
            Rotation!(layer, turned.AsSpan(at, headDim), by);
        }

        return turned;
    }

    /// <inheritdoc/>
    public float[] Squares(Factor<float[]> x) => [.. x.Value.Select(v => v * v)];

    /// <inheritdoc/>
    public float[] Products(Factor<float[]> x, Factor<float[]> y, int blocks, int inner)
    {
        int rows = x.Value.Length / blocks / inner, columns = y.Value.Length / blocks / inner;
        float[] products = new float[blocks * rows * columns];
        Parallel.For(0, blocks * rows, r =>
        {
            Span<float> row = products.AsSpan(r * columns, columns);
            for (int i = 0; i < inner; i++)
            {
                Dot.AddScaled(row, y.Value.AsSpan(((r / rows * inner) + i) * columns, columns), x.Value[(r * inner) + i]);
            }
        });
        return products;
    }

    /// <inheritdoc/>
    public ValueTask<float[]> UnitRows(Factor<float[]> rows, int width)
    {
        float[] unit = [.. rows.Value];
        for (int at = 0; at < unit.Length; at += width)
        {
            Span<float> row = unit.AsSpan(at, width);
            float length = MathF.Sqrt(Dot.Single(row, row));
            for (int i = 0; i < width && length > 0; i++)
            {
                row[i] /= length;
            }
        }

        return new(unit);
    }

    // ---- comparisons -----------------------------------------------------------------------------------

    /// <inheritdoc/>
    public float[] Comparable(float[] scores) => scores;

    /// <inheritdoc/>
    public float[] Comparable(float[] x, long most) => x;

    /// <inheritdoc/>
    public ValueTask<float[]> Above(float[] x, double floor) => new(floor == 0 ? x : [.. x.Select(v => (float)Math.Max(0, v - floor))]);

    /// <inheritdoc/>
    public ValueTask<(float[] Larger, float[] Smaller)> Sort(float[] x, float[] y)
        => new(([.. x.Zip(y, MathF.Max)], [.. x.Zip(y, MathF.Min)]));

    /// <inheritdoc/>
    public ValueTask<HiddenPlaces> Largest(float[] x, int rows, int kept)
    {
        int n = x.Length / rows;
        return new(new ClearPlaces(n, [.. Enumerable.Range(0, rows).Select(r => LargestPlaces.Of(x.AsSpan(r * n, n), kept))]));
    }

    /// <inheritdoc/>
    public ValueTask<HiddenPlaces> InOrder(HiddenPlaces places) => new(places);

    // ---- hidden places ---------------------------------------------------------------------------------

    /// <inheritdoc/>
    public ValueTask<float[]> Gather(float[] x, HiddenPlaces places, int width)
    {
        int[][] at = ((ClearPlaces)places).Places;
        float[] gathered = new float[places.Rows * places.Kept * width];
        for (int i = 0; i < places.Rows * places.Kept; i++)
        {
            int row = i / places.Kept, place = at[row][i % places.Kept];
            x.AsSpan(((row * places.Candidates) + place) * width, width).CopyTo(gathered.AsSpan(i * width));
        }

        return new(gathered);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> Marks(HiddenPlaces places) => Scatter(Ones(places.Rows * places.Kept), places, 1);

    /// <inheritdoc/>
    public ValueTask<float[]> Means(float[] sums, float[] counts, int most)
    {
        int width = sums.Length / counts.Length;
        return new([.. sums.Select((s, i) => s / counts[i / width])]);
    }

    /// <inheritdoc/>
    public ValueTask<float[]> Scatter(float[] x, HiddenPlaces places, int width)
    {
        int[][] at = ((ClearPlaces)places).Places;
        float[] scattered = new float[places.Rows * places.Candidates * width];
        for (int i = 0; i < places.Rows * places.Kept; i++)
        {
            int row = i / places.Kept, place = at[row][i % places.Kept];
            x.AsSpan(i * width, width).CopyTo(scattered.AsSpan(((row * places.Candidates) + place) * width));
        }

        return new(scattered);
    }

    /// <inheritdoc/>
    public async ValueTask<Factor<float[]>> Move(Factor<float[]> rows, HiddenPlaces places) =>
        new ClearFactor(await Gather(rows.Value, places, rows.Value.Length / (places.Rows * places.Candidates)));

    // ---- the clear alone -------------------------------------------------------------------------------

    /// <inheritdoc/>
    public IClearValues<float[]> InTheClear => this;

    /// <inheritdoc/>
    public float[] Unscaled(float[] queries) => [.. queries.Select(q => (float)(q / scoreScale))];

    /// <inheritdoc/>
    public ReadOnlySpan<float> Of(float[] x) => x;

    /// <inheritdoc/>
    public float[] From(float[] values) => values;

    /// <inheritdoc/>
    public Factor<float[]> FactorOf(float[] values) => new ClearFactor(values);

    /// <inheritdoc/>
    public HiddenPlaces Places(int candidates, int[][] places) => new ClearPlaces(candidates, places);

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
