namespace MPCache.Cache;

/// <summary>
/// Dynamic selection at each step (paper, sections 4.2 to 4.4): clusters are ranked in two levels, the scores of the selected ones
/// gathered, and their probabilities
/// scattered back. Keys and values do not move.
/// </summary>
public sealed class ClusterSelection<T> : PolicyRun<T>
{
    private readonly ICacheOperations<T> _operations;
    private readonly CacheShape _shape;
    private readonly ClusterRule _rule;
    private readonly ClusterVectors<T>?[] _vectors;
    private readonly Dictionary<int, Ranking> _chosen = []; // by leading layer, of the present step

    /// <summary>For a generation.</summary>
    public ClusterSelection(ICacheOperations<T> operations, CacheShape shape, ClusterRule rule)
    {
        (_operations, _shape, _rule) = (operations, shape, rule);
        _vectors =
        [
            .. Enumerable.Range(0, shape.Layers).Select(layer => rule.Selects(layer) && rule.Leader(layer) == layer
                && rule.Score == ClusterScore.Linear
                ? new ClusterVectors<T>(operations, shape, rule, layer)
                : null),
        ];
    }

    private int Deciders => _rule.Deciders(_shape);

    /// <summary>
    /// Winners of the two levels, for each decider; null where a level has nothing to choose. In the clear also the tokens, where other
    /// code is followed.
    /// </summary>
    private sealed record Ranking(HiddenPlaces? Coarse, HiddenPlaces? Fine, int[][]? Tokens = null);

    /// <inheritdoc/>
    public override async ValueTask<Selected<T>?> Select(int layer, Step<T> step)
    {
        var layout = new SelectionLayout(_rule, step.Cache.Tokens);
        bool follows = ReferenceSelection<T>.Follows(_rule); // the reference's code, to be compared with: in the clear alone
        if (!_rule.Selects(layer) || (!layout.Chooses && !follows))
        {
            return null;
        }

        int leader = _rule.Leader(layer);
        if (leader == layer)
        {
            _operations.Stage(Stages.Selection);
            _chosen[layer] = follows
                ? new Ranking(null, null, await new ReferenceSelection<T>(_operations, _shape, _rule).Tokens(step, _vectors[layer]))
                : await Rank(layer, layout, step);
        }

        _operations.Stage(Stages.Gather);
        Ranking ranking = _chosen.TryGetValue(leader, out Ranking? chosen)
            ? chosen
            : throw new InvalidOperationException($"Layer {layer} follows layer {leader}, which has not selected: run the layers in "
                + $"order.");
        T all = _operations.ForSoftmax(step.Scores, layer);
        return ranking.Tokens is { } tokens ? ReferenceSelection<T>.Only(_operations, all, tokens) : await Gather(all, layout, ranking);
    }

    private async ValueTask<Selected<T>> Gather(T all, SelectionLayout layout, Ranking ranking)
    {
        int heads = _shape.Heads;
        HiddenPlaces? coarse = ForHeads(ranking.Coarse), fine = ForHeads(ranking.Fine);
        T selected = _operations.Columns(all, heads, layout.Always);
        if (layout.Kept > 0)
        {
            T candidates = await Candidates(layout, all, layout.Size, heads, coarse);
            candidates = fine is null ? candidates : await _operations.Gather(candidates, fine, layout.Size);
            selected = _operations.Beside(heads, selected, candidates);
        }

        int columns = layout.Always.Sum(a => a.Count) + (layout.Kept * layout.Size);
        return new Selected<T>(selected, columns, x => PutBack(x, layout, coarse, fine), (long)heads * columns);
    }

    /// <summary>Puts heads x selected back to their tokens: heads x tokens, zero elsewhere.</summary>
    private async ValueTask<T> PutBack(T selected, SelectionLayout layout, HiddenPlaces? coarsePlaces, HiddenPlaces? finePlaces)
    {
        _operations.Stage(Stages.Scatter);
        int heads = _shape.Heads, size = layout.Size, first = layout.Always[0].Count, last = layout.Always[1].Count, middle = layout.Kept
            * size;
        T fine = _operations.Columns(selected, heads, (first + last, middle));
        if (finePlaces is not null)
        {
            fine = await _operations.Scatter(fine, finePlaces, size);
        }

        int survivors = layout.CoarseKept * layout.Children * size;
        T coarse = coarsePlaces is null
            ? _operations.Zeros(fine, heads * layout.Coarse * layout.Children * size) // none survives
            : await _operations.Scatter(_operations.Columns(fine, heads, (0, survivors)), coarsePlaces, layout.Children * size);
        if (layout.Kept == 0)
        {
            fine = _operations.Zeros(fine, heads * (layout.FineTo - layout.FineFrom) * size);
            return _operations.Beside(
                heads,
                _operations.Columns(selected, heads, (0, first)),
                fine,
                _operations.Columns(selected, heads, (first, last)));
        }

        int before = layout.Known.Length == 2 ? layout.Known[0].Count * size : 0, after = (layout.Candidates * size) - survivors - before;
        return _operations.Beside(
            heads,
            _operations.Columns(selected, heads, (0, first)),
            _operations.Columns(fine, heads, (survivors, before)),
            coarse,
            _operations.Columns(fine, heads, (survivors + before, after)),
            _operations.Columns(selected, heads, (first, last)));
    }

    /// <summary>
    /// Fine candidates of each block, <paramref name="width"/> elements a fine cluster: those of the coarse survivors, then the known ones.
    /// </summary>
    private async ValueTask<T> Candidates(SelectionLayout layout, T all, int width, int blocks, HiddenPlaces? coarse)
    {
        T known = _operations.Columns(all, blocks, [.. layout.Known.Select(k => (k.From * width, k.Count * width))]);
        if (coarse is null)
        {
            return known;
        }

        int row = layout.Children * width;
        T competing = _operations.Columns(all, blocks, (layout.CoarseFrom * row, layout.Coarse * row));
        return _operations.Beside(blocks, await _operations.Gather(competing, coarse, row), known);
    }

    private async ValueTask<Ranking> Rank(int layer, SelectionLayout layout, Step<T> step)
    {
        if (layout.Kept == 0)
        {
            return new Ranking(null, null);
        }

        if (_vectors[layer] is { } vectors)
        {
            await vectors.Extend(step.Cache, layout.FineTo, layout.CoarseTo);
            _operations.Stage(Stages.Selection);
        }

        HiddenPlaces? coarse = null, fine = null;
        if (layout.CoarseKept > 0)
        {
            T keys = Keys(layer, step, layout.Children * layout.Size, layout.CoarseTo);
            coarse = await _operations.Largest(
                _operations.Columns(keys, Deciders, (layout.CoarseFrom, layout.Coarse)),
                Deciders,
                layout.CoarseKept);
        }

        if (layout.Kept < layout.Candidates)
        {
            T keys = Keys(layer, step, layout.Size, layout.FineTo);
            fine = await _operations.Largest(await Candidates(layout, keys, 1, Deciders, coarse), Deciders, layout.Kept);
        }

        return new Ranking(coarse, fine);
    }

    /// <summary>
    /// Scores of the clusters 0 to <paramref name="to"/> of a size, in the form in which they are compared: deciders x to.
    /// </summary>
    private T Keys(int layer, Step<T> step, int size, int to)
    {
        T ofHeads = _vectors[layer] is { } vectors
            ? vectors.Scores(step.Queries, size, to)
            : _operations.SumsOfRuns(_operations.Columns(step.Scores, _shape.Heads, (0, to * size)), size);
        return _operations.Comparable(_operations.SumsOfBlocks(ofHeads, _shape.Heads, Deciders));
    }

    private HiddenPlaces? ForHeads(HiddenPlaces? places) => places?.Of(CacheShape.PartOf(_shape.Heads, Deciders));
}
