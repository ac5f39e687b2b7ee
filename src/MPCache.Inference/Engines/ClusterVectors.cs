using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// One layer's cluster vectors alpha r_max + (1 - alpha) r_min (paper, section 4.2), masked once like keys, so that a step's cluster scores are local. Extremes are
/// found once a cluster, by a tree of comparisons; a coarse cluster's from those of its fine ones.
/// </summary>
internal sealed class ClusterVectors
{
    private readonly Mpc _mpc;
    private readonly ModelConfig _config;
    private readonly CachePolicy _policy;
    private readonly Level[] _levels;

    public ClusterVectors(Mpc mpc, Arena store, CachePolicy policy, ModelConfig config, int tokens)
    {
        (_mpc, _config, _policy) = (mpc, config, policy);
        int[] sizes = policy.Level1 is { } level1 ? [policy.Level2.Size, level1.Size] : [policy.Level2.Size];
        _levels = [.. sizes.Select(size => new Level(mpc, store, config, size, tokens / size))];
    }

    private sealed class Level(Mpc mpc, Arena store, ModelConfig config, int size, int capacity)
    {
        public int Size => size;

        /// <summary>Clusters whose vectors are there.</summary>
        public int Count { get; set; }

        /// <summary>kv heads x clusters x head dim.</summary>
        public MaskedRows Vectors { get; } = new(mpc, store, config.KeyValueHeads, capacity, config.HeadDim);

        private readonly Words _high = Extremes(mpc, store, config, capacity), _low = Extremes(mpc, store, config, capacity);

        /// <summary>A cluster's extreme of one kv head, head dim words.</summary>
        public Span<ulong> Extreme(bool high, int head, int cluster) => (high ? _high : _low).Span.Slice(((head * capacity) + cluster) * config.HeadDim, config.HeadDim);

        private static Words Extremes(Mpc mpc, Arena store, ModelConfig config, int capacity)
        {
            int n = config.KeyValueHeads * capacity * config.HeadDim;
            return mpc.Computes ? store.Take(n) : Words.Shape(n);
        }
    }

    /// <summary>Builds the vectors of all clusters that compete and have none yet; most steps have nothing to do.</summary>
    public async ValueTask Extend(LayerCache cache, SelectionLayout layout)
    {
        for (int l = 0; l < _levels.Length; l++)
        {
            Level level = _levels[l];
            int to = l == 0 ? layout.FineTo : layout.CoarseTo;
            if (to <= level.Count)
            {
                continue;
            }

            _mpc.Stage = "cluster-vectors";
            int heads = _config.KeyValueHeads, d = _config.HeadDim, count = to - level.Count, from = level.Count;
            (Secret high, Secret low) = l == 0
                ? await OfKeys(cache, from, count, level.Size)
                : await OfChildren(_levels[0], from, count, level.Size / _levels[0].Size);
            ulong one = 1ul << Formats.ClusterAlphaFrac, alpha = (ulong)Math.Round(_policy.Alpha * one), rest = one - alpha;
            Words blend = _mpc.Zeros(high.Length);
            if (_mpc.Computes)
            {
                Kernel.ScaleAdd(blend.Span, high.Words.Span, alpha, high.Length);
                Kernel.ScaleAdd(blend.Span, low.Words.Span, rest, high.Length);
                for (int i = 0; i < heads * count; i++)
                {
                    high.Words.Span.Slice(i * d, d).CopyTo(level.Extreme(true, i / count, from + (i % count)));
                    low.Words.Span.Slice(i * d, d).CopyTo(level.Extreme(false, i / count, from + (i % count)));
                }
            }

            Masked keys = cache.Keys(0, 1);
            Secret vectors = await _mpc.Truncate(new Secret(blend, high.Ring, high.Frac + Formats.ClusterAlphaFrac), high.Frac, keys.Ring);
            level.Vectors.Write(await _mpc.Mask(vectors), from, count);
            level.Count = to;
        }
    }

    /// <summary>Scores of the first clusters of a size: heads x clusters, at the scale of scores.</summary>
    public Secret Scores(Masked query, int size, int clusters)
    {
        int heads = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, share = heads / groups;
        Level level = _levels.First(l => l.Size == size);
        Words all = _mpc.Take(heads * clusters);
        Secret part = default;
        for (int g = 0; g < groups; g++)
        {
            part = _mpc.MultiplyTransposed(query.Slice(g * share * d, share * d), level.Vectors.Head(g, clusters), share, clusters, d);
            if (_mpc.Computes)
            {
                part.Words.Span.CopyTo(all.Span[(g * share * clusters)..]);
            }
        }

        return _mpc.Shrink(part with { Words = all }, part.Frac - Exponential.XFrac);
    }

    /// <summary>Extremes over runs of keys: kv heads x count x head dim each.</summary>
    private ValueTask<(Secret High, Secret Low)> OfKeys(LayerCache cache, int from, int count, int size)
    {
        int heads = _config.KeyValueHeads, d = _config.HeadDim;
        Words[] members = [.. Enumerable.Range(0, size).Select(_ => _mpc.Take(heads * count * d))];
        Masked all = cache.Read(from * size, count * size).Keys;
        for (int m = 0; _mpc.Computes && m < size; m++)
        {
            for (int i = 0; i < heads * count; i++)
            {
                all.X.Span.Slice(((i * size) + m) * d, d).CopyTo(members[m].Span[(i * d)..]);
            }
        }

        Secret[] keys = [.. members.Select(w => new Secret(w, Formats.ClusterKey.Ring, Formats.ClusterKey.Frac))];
        return Extremes(keys, keys);
    }

    private ValueTask<(Secret High, Secret Low)> OfChildren(Level fine, int from, int count, int children)
    {
        int heads = _config.KeyValueHeads, d = _config.HeadDim;
        Secret[] Members(bool high) =>
        [
            .. Enumerable.Range(0, children).Select(m =>
            {
                Words words = _mpc.Take(heads * count * d);
                for (int i = 0; _mpc.Computes && i < heads * count; i++)
                {
                    fine.Extreme(high, i / count, ((from + (i % count)) * children) + m).CopyTo(words.Span[(i * d)..]);
                }

                return new Secret(words, Formats.ClusterKey.Ring, Formats.ClusterKey.Frac);
            }),
        ];
        return Extremes(Members(true), Members(false));
    }

    /// <summary>Element-wise largest of the first and smallest of the second; where both are the same, as at the leaves, a comparison serves both.</summary>
    private async ValueTask<(Secret High, Secret Low)> Extremes(Secret[] high, Secret[] low)
    {
        while (high.Length > 1)
        {
            int pairs = high.Length / 2, n = high[0].Length;
            bool same = ReferenceEquals(high, low);
            Words differences = _mpc.Take((same ? 1 : 2) * pairs * n);
            for (int p = 0; _mpc.Computes && p < pairs; p++)
            {
                Kernel.Sub(differences.Span.Slice(p * n, n), high[2 * p].Words.Span, high[(2 * p) + 1].Words.Span, n);
                if (!same)
                {
                    Kernel.Sub(differences.Span.Slice((pairs + p) * n, n), low[(2 * p) + 1].Words.Span, low[2 * p].Words.Span, n);
                }
            }

            Words gains = await _mpc.Positive(differences, await _mpc.Negative(differences, Formats.ClusterKey.Ring), Formats.ClusterKey.Ring);
            (high, low) = (Next(high, same ? high : low, gains, pairs, n, same));
        }

        return (high[0], low[0]);
    }

    private (Secret[] High, Secret[] Low) Next(Secret[] high, Secret[] low, Words gains, int pairs, int n, bool same)
    {
        var nextHigh = new List<Secret>();
        var nextLow = new List<Secret>();
        for (int p = 0; p < pairs; p++)
        {
            Words h = _mpc.Take(n), l = _mpc.Take(n);
            if (_mpc.Computes)
            {
                // max(a, b) = b + (a - b)+; min(a, b) = a - (a - b)+
                Kernel.Add(h.Span, high[(2 * p) + 1].Words.Span, gains.Span.Slice(p * n, n), n);
                Kernel.Sub(l.Span, low[same ? 2 * p : (2 * p) + 1].Words.Span, gains.Span.Slice((same ? p : pairs + p) * n, n), n);
            }

            nextHigh.Add(high[0] with { Words = h });
            nextLow.Add(low[0] with { Words = l });
        }

        if (high.Length % 2 == 1)
        {
            nextHigh.Add(high[^1]);
            nextLow.Add(low[^1]);
        }

        return ([.. nextHigh], [.. nextLow]);
    }
}
