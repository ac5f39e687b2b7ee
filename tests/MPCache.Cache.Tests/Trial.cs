namespace MPCache.Cache.Tests;

/// <summary>Tries of a policy on rows of one layer.</summary>
internal static class Trial
{
    /// <summary>A policy with other options.</summary>
    public static ComposedPolicy Of(string text) => (ComposedPolicy)CachePolicy.Parse(text);

    /// <summary>What each key head keeps at a layer whose index is <paramref name="layer"/>.</summary>
    public static int[][] Keep(CachePolicy policy, int layer, HeadRows queries, HeadRows keys) =>
        Keep(policy, [.. Enumerable.Repeat((queries, keys), layer + 1)])[layer];

    /// <summary>What each layer and key head keeps.</summary>
    public static int[][][] Keep(CachePolicy policy, params (HeadRows Queries, HeadRows Keys)[] layers)
    {
        var trial = new PolicyTrial(policy, Shape(layers.Length, layers[0].Queries, layers[0].Keys, layers[0].Keys.Rows));
        for (int l = 0; l < layers.Length; l++)
        {
            trial.Prompt(l, Scaled(layers[l].Queries), Flat(layers[l].Keys));
        }

        return trial.EndPrompt();
    }

    /// <summary>What each head selects at a layer: layers before it see the same rows.</summary>
    public static int[][] Select(CachePolicy policy, int layer, int prompt, HeadRows queries, HeadRows keys, int generated = 1) =>
        Select(policy, prompt, generated, [.. Enumerable.Repeat((queries, keys), layer + 1)])[layer];

    /// <summary>What each layer's heads select at one step.</summary>
    public static int[][][] Select(CachePolicy policy, int prompt, int generated, params (HeadRows Queries, HeadRows Keys)[] layers)
    {
        var trial = new PolicyTrial(policy, Shape(layers.Length, layers[0].Queries, layers[0].Keys, prompt));
        return [.. layers.Select((l, i) => trial.Select(i, Scaled(l.Queries), Flat(l.Keys), generated))];
    }

    public static CacheShape Shape(int layers, HeadRows queries, HeadRows keys, int prompt)
        => new(layers, queries.Heads, keys.Heads, keys.Width, prompt, 0);

    /// <summary>Queries with the scale of scores.</summary>
    public static float[] Scaled(HeadRows queries)
    {
        float scale = (float)(Math.Log2(Math.E) / Math.Sqrt(queries.Width));
        return [.. Flat(queries).Select(q => q * scale)];
    }

    public static float[] Flat(HeadRows rows)
    {
        float[] flat = new float[rows.Heads * rows.Rows * rows.Width];
        for (int i = 0; i < rows.Heads * rows.Rows; i++)
        {
            rows.Row(i / rows.Rows, i % rows.Rows).CopyTo(flat.AsSpan(i * rows.Width));
        }

        return flat;
    }
}
