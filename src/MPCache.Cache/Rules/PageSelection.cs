namespace MPCache.Cache;

/// <summary>
/// At each step the pages with the largest scores are attended to, a public number of them. Scores of their tokens are gathered and
/// probabilities scattered back; keys and values do not move. What a page's score is, a policy says.
/// </summary>
public abstract class PageSelection<T>(ICacheOperations<T> operations, CacheShape shape, PageRule rule) : PolicyRun<T>
{
    /// <summary>The engine.</summary>
    protected ICacheOperations<T> Operations => operations;

    /// <summary>Public sizes.</summary>
    protected CacheShape Shape => shape;

    /// <summary>What is selected.</summary>
    protected PageRule Rule => rule;

    /// <summary>
    /// Scores of the competing pages at a step, in the form in which they are compared (<see cref="ICacheOperations{T}.Comparable(T)"/>):
    /// deciders x pages.
    /// </summary>
    protected abstract ValueTask<T> PageScores(int layer, Step<T> step, PageLayout layout);

    /// <inheritdoc/>
    public override async ValueTask<Selected<T>?> Select(int layer, Step<T> step)
    {
        var layout = new PageLayout(rule, step.Cache.Tokens);
        if (layer < rule.Dense || !layout.Chooses)
        {
            return null;
        }

        HiddenPlaces? places = null;
        if (layout.Kept > 0)
        {
            operations.Stage(Stages.Selection);
            T scores = await PageScores(layer, step, layout);
            operations.Stage(Stages.Selection);
            places = await operations.Largest(scores, rule.Deciders, layout.Kept);
            places = places.Of(CacheShape.PartOf(shape.Heads, rule.Deciders));
        }

        operations.Stage(Stages.Gather);
        int heads = shape.Heads, width = layout.Pages * layout.Size;
        T all = operations.ForSoftmax(step.Scores, layer);
        T selected = operations.Columns(all, heads, (0, layout.First), (layout.First + width, layout.Last));
        if (places is not null)
        {
            T competing = operations.Columns(all, heads, (layout.First, width));
            selected = operations.Beside(heads, selected, await operations.Gather(competing, places, layout.Size));
        }

        return new Selected<T>(selected, layout.Selected, x => PutBack(x, layout, places), (long)heads * layout.Selected);
    }

    private async ValueTask<T> PutBack(T selected, PageLayout layout, HiddenPlaces? places)
    {
        operations.Stage(Stages.Scatter);
        int heads = shape.Heads, always = layout.First + layout.Last;
        T middle = places is null
            ? operations.Zeros(selected, heads * layout.Pages * layout.Size)
            : await operations.Scatter(operations.Columns(selected, heads, (always, layout.Kept * layout.Size)), places, layout.Size);
        return operations.Beside(
            heads,
            operations.Columns(selected, heads, (0, layout.First)),
            middle,
            operations.Columns(selected, heads, (layout.First, layout.Last)));
    }
}
