namespace MPCache.Cache;

/// <summary>
/// After the prompt, in each layer the tokens with the largest importance stay, a public number of them. What importance is, a policy says.
/// Layers of one size are
/// decided and moved side by side, so that they share their rounds.
/// </summary>
public abstract class CountEviction<T>(ICacheOperations<T> operations, CacheShape shape, KeepRule rule) : PolicyRun<T>
{
    private const int RowsAtOnce = 1 << 14; // rows of keys moved together: bounds memory, not cost

    /// <summary>The engine.</summary>
    protected ICacheOperations<T> Operations => operations;

    /// <summary>Public sizes.</summary>
    protected CacheShape Shape => shape;

    /// <summary>What stays.</summary>
    protected KeepRule Rule => rule;

    /// <summary>Tokens of the prompt that may go: from the first behind the sinks on.</summary>
    protected int Candidates => rule.Candidates(shape.Prompt);

    /// <summary>True for a layer that decides what stays.</summary>
    protected bool Decides(int layer) => rule.Leader(layer) == layer && rule.Kept(layer) < shape.Prompt;

    /// <summary>
    /// Importances of the candidates at layers that decide, in the form in which they are compared
    /// (<see cref="ICacheOperations{T}.Comparable(T, long)"/>):
    /// (layers x deciders) x candidates.
    /// </summary>
    protected abstract ValueTask<T> Importances(int[] layers, IReadOnlyList<LayerCache<T>> caches);

    /// <summary>
    /// A layer's candidates are about to move to hidden places, a row of them a decider: what a policy holds beside its keys moves along.
    /// </summary>
    protected virtual ValueTask Moving(int layer, HiddenPlaces places) => default;

    /// <inheritdoc/>
    public override async ValueTask EndPrompt(IReadOnlyList<LayerCache<T>> caches)
    {
        int[] leaders = [.. Enumerable.Range(0, shape.Layers).Where(Decides)];
        for (int i = 0; i < leaders.Length;)
        {
            int moved = 0, from = i, kept = rule.Kept(leaders[i]);
            for (; i < leaders.Length && rule.Kept(leaders[i]) == kept && (i == from || moved + Rows(leaders[i]) <= RowsAtOnce); i++)
            {
                moved += Rows(leaders[i]);
            }

            using (operations.Scope())
            {
                await Together(leaders[from..i], kept - rule.Sinks - rule.Recent, caches);
            }
        }
    }

    private async ValueTask Together(int[] leaders, int kept, IReadOnlyList<LayerCache<T>> caches)
    {
        T importances = await operations.Above(await Importances(leaders, caches), rule.Floor);
        HiddenPlaces places = await operations.Largest(importances, leaders.Length * rule.Deciders, kept);
        places = rule.InOrder ? await operations.InOrder(places) : places;

        // Layers move side by side; a key head moves by its decider's places.
        int[] decider = CacheShape.PartOf(shape.KeyHeads, rule.Deciders);
        var moving = new List<ValueTask>();
        for (int i = 0; i < leaders.Length; i++)
        {
            HiddenPlaces own = places.Of([.. decider.Select(d => (i * rule.Deciders) + d)]);
            moving.AddRange(Followers(leaders[i]).Select(layer => caches[layer].Keep(operations, rule.Sinks, own, rule.Recent)));
            moving.Add(Moving(leaders[i], places.Of([.. Enumerable.Range(i * rule.Deciders, rule.Deciders)])));
        }

        foreach (ValueTask move in moving)
        {
            await move;
        }
    }

    private int Rows(int leader) => Followers(leader).Count() * shape.KeyHeads * Candidates;

    /// <summary>The layers that keep what this one does, itself included.</summary>
    private IEnumerable<int> Followers(int leader) => Enumerable.Range(leader, shape.Layers - leader).Where(l => rule.Leader(l) == leader);
}
