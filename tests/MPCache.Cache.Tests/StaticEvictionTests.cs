namespace MPCache.Cache.Tests;

public class StaticEvictionTests
{
    private static readonly CachePolicy Count = CachePolicy.Named("static");

    [Fact]
    public void Summed_importance_is_causal_and_scaled()
    {
        // d = 4, so the scale is 1/2. The first query (position 1) sees two tokens, the second three.
        var keys = new HeadRows(new float[] { 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0 }, 1, 3, 4);
        var queries = new HeadRows(new float[] { 1, 0, 0, 0, 1, 0, 0, 0 }, 1, 2, 4);
        double e = Math.E;
        double[] importance = WindowImportance.Summed(queries, keys);
        Assert.Equal(e / (e + 1) + e / (2 * e + 1), importance[0], 12);
        Assert.Equal(1 / (e + 1) + 1 / (2 * e + 1), importance[1], 12);
        Assert.Equal(e / (2 * e + 1), importance[2], 12);
    }

    [Fact]
    public void Largest_importance_has_no_mask_and_no_scale()
    {
        var keys = new HeadRows(new float[] { 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0 }, 1, 3, 4);
        var queries = new HeadRows(new float[] { 1, 0, 0, 0, -1, 0, 0, 0 }, 1, 2, 4);
        double big = Math.Exp(2);
        double[] importance = WindowImportance.Largest(queries, keys);
        Assert.Equal(big / (2 * big + 1), importance[0], 12);
        Assert.Equal(1 / (1 + 2 / big), importance[1], 12);
        Assert.Equal(importance[0], importance[2], 12);
    }

    [Fact]
    public void Importance_averages_heads_that_share_keys()
    {
        HeadRows queries = Rows.Random(1, 4, 3, 8), keys = Rows.Random(2, 2, 10, 8);
        var expected = new double[10];
        for (int h = 0; h < 4; h++)
        {
            var query = new HeadRows(Flat(queries, h), 1, 3, 8);
            var key = new HeadRows(Flat(keys, h / 2), 1, 10, 8);
            double[] one = WindowImportance.Summed(query, key);
            for (int t = 0; t < 10; t++)
            {
                expected[t] += one[t] / 4;
            }
        }
        double[] importance = WindowImportance.Summed(queries, keys);
        Assert.Equal(3, importance.Sum(), 9);
        for (int t = 0; t < 10; t++)
        {
            Assert.Equal(expected[t], importance[t], 9);
        }
    }

    [Fact]
    public void Ties_go_to_the_lower_position_and_order_is_kept()
    {
        Assert.Equal([1, 3, 4], StaticEviction.KeepTop(Count with { StaticRatio = 0.5 }, 0, [1, 2, 1, 3, 2, 2]));
        Assert.Equal([0, 1], TopK.Of([5, 5, 5], 2));
        Assert.Equal([0, 1, 2], TopK.Of([1, 2, 3], 9));
        Assert.Empty(TopK.Of([1, 2], 0));
        Assert.Throws<ArgumentException>(() => TopK.Of([double.NaN], 1));
    }

    [Fact]
    public void Halves_round_to_even()
    {
        Assert.Equal(2, (Count with { StaticRatio = 0.5 }).Kept(5, 0));
        Assert.Equal(4, (Count with { StaticRatio = 0.5 }).Kept(7, 0));
        Assert.Equal(1, (Count with { StaticRatio = 0.01 }).Kept(7, 0));
    }

    [Fact]
    public void Sinks_and_recent_tokens_stay_even_beyond_the_ratio()
    {
        CachePolicy policy = Count with { StaticRatio = 0.2, SinkTokens = 2, RecentTokens = 3 };
        Assert.Equal([0, 1, 7, 8, 9], StaticEviction.KeepTop(policy, 0, [0, 0, 9, 9, 9, 9, 9, 0, 0, 0]));
        Assert.Equal(5, policy.Kept(10, 0));
        Assert.Equal(4, policy.Kept(4, 0));
    }

    [Fact]
    public void Pooling_keeps_neighbours_of_what_matters()
    {
        Assert.Equal([3.0, 6, 6, 3], WindowImportance.Pooled<double>([0, 3, 3, 0], 3));
        Assert.Equal([1ul, 1ul], WindowImportance.Pooled<ulong>([2, ulong.MaxValue], 3)); // shares wrap
        CachePolicy policy = Count with { StaticRatio = 0.5, Pooling = 3 };
        Assert.Equal([2, 3, 4], StaticEviction.KeepTop(policy, 0, [0.1, 0, 0, 1, 0, 0.2]));
        Assert.Throws<ArgumentException>(() => WindowImportance.Pooled<double>([1], 2));
    }

    [Fact]
    public void Each_key_head_keeps_what_the_query_heads_that_read_it_attend_to()
    {
        // Two query heads a key head, scores are products of one value. Key head 0's queries look for 2 (positions 1 and 4), key head 1's for -2.
        var keys = new HeadRows(new float[] { 0, 9, 0, 0, 8, 0, 0, 0, -9, 0, 0, -8 }, 2, 6, 1);
        var queries = new HeadRows(new float[] { 2, 2, -2, -2 }, 4, 1, 1);
        CachePolicy policy = Count with { StaticRatio = 0.34, WindowQueries = 1, EvictBy = EvictionSharing.Head };
        int[][] kept = StaticEviction.KeepByHead(policy, 0, queries, keys);
        Assert.Equal([1, 4], kept[0]);
        Assert.Equal([2, 5], kept[1]);

        // A layer that decides as one keeps the best of both, the same for each.
        kept = StaticEviction.KeepByHead(policy with { EvictBy = EvictionSharing.Layer }, 0, queries, keys);
        Assert.Equal([1, 2], kept[0]);
        Assert.Same(kept[0], kept[1]);
        Assert.Throws<InvalidOperationException>(() => StaticEviction.Keep(policy, 0, queries, keys));
    }

    [Fact]
    public void Importance_by_key_head_averages_to_the_layers()
    {
        HeadRows queries = Rows.Random(1, 6, 3, 8), keys = Rows.Random(2, 2, 10, 8);
        double[] layer = WindowImportance.Summed(queries, keys);
        double[][] heads = WindowImportance.SummedByKeyHead(queries, keys);
        for (int t = 0; t < layer.Length; t++)
        {
            Assert.Equal(layer[t], (heads[0][t] + heads[1][t]) / 2, 12);
        }
        Assert.NotEqual(heads[0], heads[1]);
    }

    [Fact]
    public void Importance_is_handed_forward_and_not_back()
    {
        Assert.Equal([1, 1, 1, 0, 2, 2], WindowImportance.HandedOn([1, 0, 0, 0, 2, 0], 2, _ => false));
        Assert.Equal([0, 0, 0, 0, 2, 2], WindowImportance.HandedOn([1, 0, 0, 0, 2, 0], 2, t => t == 0));
        CachePolicy policy = Count with { Budget = 4, Forward = 2, SinkTokens = 1 };

        // Without the spread the second best single tokens would stay; a sink's own weight would keep 1 and 2.
        Assert.Equal([0, 3, 4, 5], StaticEviction.KeepTop(policy, 0, [50, 0, 0, 5, 0, 0, 0, 1, 0]));
        Assert.Equal([0, 1, 3, 7], StaticEviction.KeepTop(policy with { Forward = 0 }, 0, [50, 0, 0, 5, 0, 0, 0, 1, 0]));
    }

    [Fact]
    public void A_budget_keeps_as_many_of_any_prompt()
    {
        CachePolicy policy = Count with { Budget = 96, SinkTokens = 4, RecentTokens = 16 };
        Assert.Equal(96, policy.Kept(2000, 3));
        Assert.Equal(96, policy.Kept(97, 3));
        Assert.Equal(50, policy.Kept(50, 3));
        Assert.Equal(20, (policy with { Budget = 5 }).Kept(2000, 3));
        Assert.Equal(101, policy.Selected(2000, 5, 3));
    }

    [Fact]
    public void Layers_may_keep_different_numbers()
    {
        CachePolicy policy = CachePolicy.Parse("mpcache+ --layer-budgets 64,32x4,192");
        Assert.Equal([64, 32, 32, 32, 32, 192, 192], Enumerable.Range(0, 7).Select(l => policy.Kept(1000, l)));
        Assert.Equal(100, policy.Kept(100, 5));
        Assert.Equal(32, StaticEviction.KeepByHead(policy, 4, Rows.Random(1, 4, 16, 8), Rows.Random(2, 2, 300, 8))[1].Length);
    }

    [Theory]
    [InlineData(862, 172)]
    [InlineData(4, 1)]
    [InlineData(0, 0)]
    [InlineData(24_000, 4800)]
    [InlineData(24_001, 2400)]
    public void The_window_is_a_fifth_or_a_tenth(int prompt, int window) => Assert.Equal(window, Count.WindowLength(prompt));

    [Fact]
    public void A_fixed_window_is_no_longer_than_the_prompt()
    {
        CachePolicy policy = Count with { WindowQueries = 32 };
        Assert.Equal(32, policy.WindowLength(1000));
        Assert.Equal(20, policy.WindowLength(20));
    }

    [Fact]
    public void Short_prompts_and_skipped_layers_are_not_evicted()
    {
        CachePolicy policy = Count with { EvictFrom = 100, SkipLayers = 1, StaticRatio = 0.3 };
        HeadRows keys = Rows.Random(1, 1, 99, 4);
        Assert.Equal(Rows.Range(0, 99), StaticEviction.Keep(policy, 3, Rows.Random(2, 1, 19, 4), keys));
        Assert.Equal(99, policy.Kept(99, 3));
        Assert.Equal(200, policy.Kept(200, 0));
        Assert.Equal(60, policy.Kept(200, 1));
    }

    [Fact]
    public void A_threshold_keeps_by_value_and_has_no_public_count()
    {
        CachePolicy policy = Count with { Eviction = EvictionKind.Threshold, Threshold = 0.3, WindowQueries = 1 };
        Assert.False(policy.HasPublicCounts);
        Assert.Throws<InvalidOperationException>(() => policy.Kept(10, 0));
        Assert.Equal([0, 3], StaticEviction.Keep(policy, 0, Rows.Column(1), Rows.Column(5, 0, 1, 5)));
        Assert.Equal([0, 1], StaticEviction.Keep(policy with { Threshold = 0.5 }, 0, Rows.Column(0), Rows.Column(0, 0)));
    }

    [Fact]
    public void Another_window_than_the_policys_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => StaticEviction.Keep(Count, 0, Rows.Random(1, 2, 5, 4), Rows.Random(2, 2, 100, 4)));
        Assert.Contains("20 queries, not by 5", error.Message);
        Assert.Throws<ArgumentException>(() => WindowImportance.Summed(Rows.Random(1, 3, 1, 4), Rows.Random(2, 2, 10, 4)));
        Assert.Throws<ArgumentException>(() => WindowImportance.Summed(Rows.Random(1, 2, 1, 5), Rows.Random(2, 2, 10, 4)));
    }

    [Theory]
    [InlineData(10, 2, 5, new[] { 0, 1, 7, 8, 9 })]
    [InlineData(3, 2, 5, new[] { 0, 1, 2 })]
    [InlineData(10, 9, 3, new[] { 0, 1, 9 })]
    [InlineData(10, 4, 1, new[] { 9 })]
    [InlineData(0, 4, 1, new int[0])]
    public void A_sliding_window_keeps_sinks_and_the_last(int tokens, int sinks, int budget, int[] expected) =>
        Assert.Equal(expected, RecentTokens.Of(tokens, sinks, budget));

    private static float[] Flat(HeadRows rows, int head)
    {
        var flat = new List<float>();
        for (int t = 0; t < rows.Rows; t++)
        {
            flat.AddRange(rows.Row(head, t));
        }
        return [.. flat];
    }
}
