using MPCache.Cache;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Dynamic selection on shares, at each step (paper, sections 4.2 to 4.4): clusters are ranked in two levels, the scores of the selected ones gathered by fresh shuffles,
/// and their probabilities scattered back by the inverse ones. Keys and values do not move. Selected places are opened in shuffled order only.
/// </summary>
internal sealed class SecretSelection
{
    private readonly Mpc _mpc;
    private readonly ModelConfig _config;
    private readonly CachePolicy _policy;
    private readonly int _prompt;
    private readonly ClusterVectors?[] _vectors;
    private readonly Dictionary<int, (Ranking? Coarse, Ranking? Fine)> _chosen = []; // by leading layer, of the present step

    public SecretSelection(Mpc mpc, ModelConfig config, CachePolicy policy, Arena store, GenerationRequest request)
    {
        (_mpc, _config, _policy, _prompt) = (mpc, config, policy, request.PromptTokens);
        _vectors =
        [
            .. Enumerable.Range(0, config.Layers).Select(layer => Selects(layer) && policy.Leader(layer) == layer && policy.Score == ClusterScore.Linear
                ? new ClusterVectors(mpc, store, policy, config, policy.Cached(request.PromptTokens, request.MaxTokens, layer))
                : null),
        ];
    }

    /// <summary>A ranking: its order, and the places of the winners in it.</summary>
    private sealed record Ranking(SecretPermutation Order, int[][]? Places);

    /// <summary>What a step attends to.</summary>
    /// <param name="Scores">Selected scores: heads x selected tokens.</param>
    /// <param name="Layout">Where they are from.</param>
    /// <param name="Coarse">First ranking, for each head.</param>
    /// <param name="Fine">Second ranking, for each head.</param>
    internal sealed record Choice(Secret Scores, SelectionLayout Layout, SecretPermutation? Coarse, int[][]? CoarsePlaces, SecretPermutation? Fine, int[][]? FinePlaces);

    /// <summary>
    /// Bits by which scores' ring must exceed that of the softmax: one for differences, and what sums over a cluster, a group of heads or a blend of extremes need more.
    /// </summary>
    public int ExtraBits => _policy.Selection != SelectionKind.Clusters ? 0
        : 1 + (_policy.Score == ClusterScore.Mean ? Log2(Math.Max(_policy.Level2.Size, _policy.Level1?.Size ?? 1)) : 2) + Log2(_config.Heads / Deciders);

    private int Deciders => _policy.ShareHeads switch { HeadSharing.KeyHead => _config.KeyValueHeads, HeadSharing.Layer => 1, _ => _config.Heads };

    private bool Selects(int layer) => _policy.Selection == SelectionKind.Clusters && layer >= _policy.SkipLayers;

    /// <summary>Selects for one query a head; null where everything is attended to.</summary>
    public async ValueTask<Choice?> Choose(int layer, Secret scores, int softmaxRing, Masked query, LayerCache cache, int position)
    {
        var layout = new SelectionLayout(_policy, cache.Tokens);
        if (position < _prompt || !Selects(layer) || !layout.Chooses)
        {
            return null;
        }

        int leader = _policy.Leader(layer), heads = _config.Heads;
        if (leader == layer)
        {
            _mpc.Stage = "selection";
            _chosen[layer] = await Rank(layer, layout, scores, query, cache);
        }

        _mpc.Stage = "gather";
        (Ranking? coarse, Ranking? fine) = _chosen[leader];
        (SecretPermutation? coarseOrder, int[][]? coarsePlaces) = ForHeads(coarse, layout.Coarse);
        (SecretPermutation? fineOrder, int[][]? finePlaces) = ForHeads(fine, layout.Candidates);
        Secret all = scores.Reduce(softmaxRing), always = _mpc.Columns(all, heads, layout.Always);
        if (layout.Kept == 0)
        {
            return new Choice(always, layout, null, null, null, null);
        }

        Secret candidates = await Candidates(layout, all, layout.Size, heads, coarseOrder, coarsePlaces);
        if (fineOrder is not null)
        {
            candidates = _mpc.Pick(await _mpc.Shuffle(candidates, fineOrder, layout.Size), layout.Candidates, layout.Size, finePlaces, layout.Kept);
        }

        return new Choice(_mpc.Beside(heads, always, candidates), layout, coarseOrder, coarsePlaces, fineOrder, finePlaces);
    }

    /// <summary>Puts probabilities (heads x selected) back to their tokens: heads x tokens, zero elsewhere.</summary>
    public async ValueTask<Secret> Scatter(Choice choice, Secret selected)
    {
        _mpc.Stage = "scatter";
        SelectionLayout layout = choice.Layout;
        int heads = _config.Heads, size = layout.Size, first = layout.Always[0].Count, last = layout.Always[1].Count, middle = layout.Kept * size;
        Secret fine = _mpc.Columns(selected, heads, (first + last, middle));
        if (choice.Fine is not null)
        {
            fine = await _mpc.Unshuffle(_mpc.Place(fine, layout.Candidates, size, choice.FinePlaces, layout.Kept), choice.Fine, size);
        }

        int survivors = layout.CoarseKept * layout.Children * size;
        Secret coarse = _mpc.Columns(fine, heads, (0, survivors));
        if (choice.Coarse is not null)
        {
            coarse = await _mpc.Unshuffle(_mpc.Place(coarse, layout.Coarse, layout.Children * size, choice.CoarsePlaces, layout.CoarseKept), choice.Coarse, layout.Children * size);
        }

        if (layout.Kept == 0)
        {
            fine = fine with { Words = _mpc.Zeros(heads * (layout.FineTo - layout.FineFrom) * size) };
            return _mpc.Beside(heads, _mpc.Columns(selected, heads, (0, first)), fine, _mpc.Columns(selected, heads, (first, last)));
        }

        int before = layout.Known.Length == 2 ? layout.Known[0].Count * size : 0, after = (layout.Candidates * size) - survivors - before;
        return _mpc.Beside(heads, _mpc.Columns(selected, heads, (0, first)), _mpc.Columns(fine, heads, (survivors, before)), coarse,
            _mpc.Columns(fine, heads, (survivors + before, after)), _mpc.Columns(selected, heads, (first, last)));
    }

    /// <summary>Fine candidates of each block, <paramref name="width"/> words a fine cluster: those of the coarse survivors, then the known ones.</summary>
    private async ValueTask<Secret> Candidates(SelectionLayout layout, Secret all, int width, int blocks, SecretPermutation? order, int[][]? places)
    {
        (int, int)[] known = [.. layout.Known.Select(k => (k.From * width, k.Count * width))];
        if (order is null)
        {
            return _mpc.Columns(all, blocks, known);
        }

        int row = layout.Children * width;
        Secret competing = _mpc.Columns(all, blocks, (layout.CoarseFrom * row, layout.Coarse * row));
        Secret survivors = _mpc.Pick(await _mpc.Shuffle(competing, order, row), layout.Coarse, row, places, layout.CoarseKept);
        return _mpc.Beside(blocks, survivors, _mpc.Columns(all, blocks, known));
    }

    private async ValueTask<(Ranking?, Ranking?)> Rank(int layer, SelectionLayout layout, Secret scores, Masked query, LayerCache cache)
    {
        if (layout.Kept == 0)
        {
            return (null, null);
        }

        if (_vectors[layer] is { } vectors)
        {
            await vectors.Extend(cache, layout);
            _mpc.Stage = "selection";
        }

        Ranking? coarse = null, fine = null;
        if (layout.CoarseKept > 0)
        {
            Secret keys = Keys(layer, scores, query, layout, layout.Children * layout.Size, layout.CoarseTo);
            coarse = await Largest(_mpc.Columns(keys, Deciders, (layout.CoarseFrom, layout.Coarse)), layout.Coarse, layout.CoarseKept);
        }

        if (layout.Kept < layout.Candidates)
        {
            Secret keys = Keys(layer, scores, query, layout, layout.Size, layout.FineTo);
            keys = await Candidates(layout, keys, 1, Deciders, coarse?.Order, coarse?.Places);
            fine = await Largest(keys, layout.Candidates, layout.Kept);
        }

        return (coarse, fine);
    }

    private async ValueTask<Ranking> Largest(Secret keys, int n, int k)
    {
        SecretPermutation order = _mpc.DrawPermutation(n, Deciders);
        return new Ranking(order, await _mpc.Largest(keys, order, Deciders, k));
    }

    /// <summary>Scores of the clusters 0 to <paramref name="to"/> of a size, in the ring in which they are compared: deciders x to.</summary>
    private Secret Keys(int layer, Secret scores, Masked query, SelectionLayout layout, int size, int to)
    {
        Secret ofHeads = _vectors[layer] is { } vectors
            ? vectors.Scores(query, size, to)
            : _mpc.SumsOfRuns(_mpc.Columns(scores, _config.Heads, (0, to * size)), size);
        Secret keys = _mpc.SumsOfBlocks(ofHeads, _config.Heads, Deciders);
        return _mpc.Shrink(keys, keys.Frac - Formats.ClusterScoreFrac);
    }

    private (SecretPermutation? Order, int[][]? Places) ForHeads(Ranking? ranking, int n)
    {
        if (ranking is null)
        {
            return (null, null);
        }

        int[] deciders = [.. Enumerable.Range(0, _config.Heads).Select(h => h * Deciders / _config.Heads)];
        return (ranking.Order.Blocks(deciders, n), ranking.Places is { } places ? [.. deciders.Select(d => places[d])] : null);
    }

    private static int Log2(int n) => System.Numerics.BitOperations.Log2((uint)Math.Max(1, (2 * n) - 1));
}
