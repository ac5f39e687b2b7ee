namespace MPCache.Cache;

/// <summary>
/// Selection as the paper's public code does it, and scores that are not linear in the query: in the clear alone, to be compared with.
/// Linear scores are those of the one
/// text (<see cref="ClusterVectors{T}"/>); only how the always kept clusters are counted differs.
/// </summary>
internal sealed class ReferenceSelection<T>(ICacheOperations<T> operations, CacheShape shape, ClusterRule rule)
{
    private readonly IClearValues<T> _clear = operations.InTheClear
        ?? throw new InvalidOperationException("This selection looks at values: it runs in single precision alone.");

    /// <summary>True for rules that only run here.</summary>
    public static bool Follows(ClusterRule rule) =>
        rule.AlwaysKept == AlwaysKeptRule.Reference || rule.Score is not (ClusterScore.Linear or ClusterScore.Mean);

    /// <summary>For each head the cached tokens that it selects, ascending.</summary>
    public async ValueTask<int[][]> Tokens(Step<T> step, ClusterVectors<T>? vectors)
    {
        int tokens = step.Cache.Tokens, deciders = rule.Deciders(shape);
        var scores = new Dictionary<int, float[]>(); // by cluster size: deciders x clusters
        foreach (ClusterLevel level in new[] { rule.Coarse ?? rule.Fine, rule.Fine })
        {
            T ofHeads = vectors is not null ? await Linear(step, vectors, level.Size) : _clear.From(Exact(step, level.Size));
            scores[level.Size] = _clear.Of(operations.SumsOfBlocks(ofHeads, shape.Heads, deciders)).ToArray();
        }

        int[][] decided =
        [
            .. Enumerable.Range(0, deciders).Select(d => ReferenceRanking.Select(rule, tokens, size =>
            {
                int clusters = (tokens + size - 1) / size;
                return scores[size][(d * clusters)..((d + 1) * clusters)];
            })),
        ];
        return [.. CacheShape.PartOf(shape.Heads, deciders).Select(d => decided[d])];
    }

    /// <summary>Softmax over the named tokens of each head: the others' scores are beyond reach.</summary>
    public static Selected<T> Only(ICacheOperations<T> operations, T scores, int[][] tokens)
    {
        ReadOnlySpan<float> all = operations.InTheClear!.Of(scores);
        int count = all.Length / tokens.Length;
        float[] selected = new float[all.Length];
        Array.Fill(selected, float.NegativeInfinity);
        for (int h = 0; h < tokens.Length; h++)
        {
            foreach (int token in tokens[h])
            {
                selected[(h * count) + token] = all[(h * count) + token];
            }
        }

        return new Selected<T>(operations.InTheClear.From(selected), count, x => new ValueTask<T>(x), tokens.Sum(t => (long)t.Length));
    }

    /// <summary>
    /// heads x clusters. An incomplete last cluster is padded with the tokens before it (reference code), so it spans the last tokens.
    /// </summary>
    private async ValueTask<T> Linear(Step<T> step, ClusterVectors<T> vectors, int size)
    {
        int tokens = step.Cache.Tokens, complete = tokens / size;
        await vectors.Extend(step.Cache, tokens / rule.Fine.Size, rule.Coarse is { } coarse ? tokens / coarse.Size : 0);
        T scores = vectors.Scores(step.Queries, size, complete);
        if (tokens % size == 0)
        {
            return scores;
        }

        int last = Math.Min(size, tokens);
        return operations.Beside(shape.Heads, scores, await vectors.ScoreOf(step.Queries, step.Cache, tokens - last, last));
    }

    private float[] Exact(Step<T> step, int size)
    {
        int tokens = step.Cache.Tokens, d = shape.HeadDim;
        var keys = new HeadRows(_clear.Of(step.Cache.Keys.Read(0, tokens).Value).ToArray(), shape.KeyHeads, tokens, d);
        var queries = new HeadRows(_clear.Unscaled(step.Queries.Value), shape.Heads, 1, d);
        var scorer = new ReferenceScores(rule, keys);
        float[] scores = new float[shape.Heads * ((tokens + size - 1) / size)];
        for (int h = 0; h < shape.Heads; h++)
        {
            scorer.Add(
                queries.Row(h, 0),
                keys.KeyHeadOf(h, shape.Heads),
                size,
                scores.AsSpan(scores.Length / shape.Heads * h, scores.Length / shape.Heads));
        }

        return scores;
    }
}
