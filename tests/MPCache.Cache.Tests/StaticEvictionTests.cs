namespace MPCache.Cache.Tests;

public class StaticEvictionTests
{
    private static readonly ComposedPolicy Count = Trial.Of("static") with { WindowQueries = 1 };

    [Fact]
    public void Attention_received_is_causal_and_scaled()
    {
        // d = 4, so the scale is 1/2. The first query (position 1) sees two tokens, the second three.
        var keys = new HeadRows(new float[] { 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0 }, 1, 3, 4);
        var queries = new HeadRows(new float[] { 1, 0, 0, 0, 1, 0, 0, 0 }, 1, 2, 4);
        double e = Math.E;
        float[] received = Received(queries, keys);
        Assert.Equal(e / (e + 1) + e / (2 * e + 1), received[0], 1e-6);
        Assert.Equal(1 / (e + 1) + 1 / (2 * e + 1), received[1], 1e-6);
        Assert.Equal(e / (2 * e + 1), received[2], 1e-6);
    }

    [Fact]
    public void A_threshold_is_of_the_largest_without_mask_and_scale()
    {
        // Two queries that look opposite ways; each token's largest probability is e^2 / (2 e^2 + 1), 0.468, or 1 / (1 + 2 / e^2), 0.787.
        var keys = new HeadRows(new float[] { 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0 }, 1, 3, 4);
        var queries = new HeadRows(new float[] { 1, 0, 0, 0, -1, 0, 0, 0 }, 1, 2, 4);
        ComposedPolicy policy = Count with { Eviction = EvictionKind.Threshold, WindowQueries = 2 };
        Assert.Equal([0, 1, 2], Trial.Keep(policy with { Threshold = 0.46 }, 0, queries, keys)[0]);
        Assert.Equal([1], Trial.Keep(policy with { Threshold = 0.48 }, 0, queries, keys)[0]);
        Assert.Equal([], Trial.Keep(policy with { Threshold = 0.79 }, 0, queries, keys)[0]);
    }

    [Fact]
    public void Attention_of_heads_that_share_keys_is_summed()
    {
        HeadRows queries = Rows.Random(1, 4, 3, 8), keys = Rows.Random(2, 2, 10, 8);
        float[] received = Received(queries, keys);
        float[] flatQueries = Trial.Flat(queries), flatKeys = Trial.Flat(keys);
        for (int h = 0; h < 4; h++)
        {
            float[] one = Received(
                new HeadRows(flatQueries.AsMemory(h * 24, 24), 1, 3, 8),
                new HeadRows(flatKeys.AsMemory(h / 2 * 80, 80), 1, 10, 8));
            Assert.Equal(3, one.Sum(), 1e-5);
            for (int t = 0; t < 10; t++)
            {
                Assert.Equal(one[t], received[(h * 10) + t], 1e-6);
            }
        }
    }

    [Fact]
    public void Ties_go_to_the_lower_position_and_order_is_kept()
    {
        Assert.Equal([1, 3, 4], Keep(Count with { StaticRatio = 0.5 }, 1, 2, 1, 3, 2, 2));
        Assert.Equal([0, 1], LargestPlaces.Of([5, 5, 5], 2));
        Assert.Equal([0, 1, 2], LargestPlaces.Of([1, 2, 3], 9));
        Assert.Empty(LargestPlaces.Of([1, 2], 0));
        Assert.Throws<ArgumentException>(() => LargestPlaces.Of([float.NaN], 1));
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
        ComposedPolicy policy = Count with { StaticRatio = 0.2, SinkTokens = 2, RecentTokens = 3 };
        Assert.Equal([0, 1, 7, 8, 9], Keep(policy, 0, 0, 9, 9, 9, 9, 9, 0, 0, 0));
        Assert.Equal(5, policy.Kept(10, 0));
        Assert.Equal(4, policy.Kept(4, 0));
    }

    [Fact]
    public void Pooling_keeps_neighbours_of_what_matters()
    {
        var operations = new ClearOperations(1, 1, 1, 1);
        Assert.Equal([3f, 6, 6, 3], operations.SumsAround([0, 3, 3, 0], 1, 1, 1));
        Assert.Equal([1f, 1, 2, 2], operations.SumsAround([1, 0, 2, 0], 2, 1, 1)); // blocks do not see each other
        Assert.Equal([2, 3, 4], Keep(Count with { StaticRatio = 0.5, Pooling = 3 }, 0.1, 0, 0, 1, 0, 0.2));
    }

    [Fact]
    public void Each_key_head_keeps_what_the_query_heads_that_read_it_attend_to()
    {
        // Two query heads a key head, scores are products of one value. Key head 0's queries look for 2 (positions 1 and 4), key head 1's
        // for -2.
        var keys = new HeadRows(new float[] { 0, 9, 0, 0, 8, 0, 0, 0, -9, 0, 0, -8 }, 2, 6, 1);
        var queries = new HeadRows(new float[] { 2, 2, -2, -2 }, 4, 1, 1);
        ComposedPolicy policy = Count with { StaticRatio = 0.34, EvictBy = EvictionSharing.Head, ImportanceFloor = 0 };
        int[][] kept = Trial.Keep(policy, 0, queries, keys);
        Assert.Equal([1, 4], kept[0]);
        Assert.Equal([2, 5], kept[1]);

        // A layer that decides as one keeps the best of both, the same for each.
        kept = Trial.Keep(policy with { EvictBy = EvictionSharing.Layer }, 0, queries, keys);
        Assert.Equal([1, 2], kept[0]);
        Assert.Equal(kept[0], kept[1]);
    }

    [Fact]
    public void Importance_is_handed_forward_and_not_back()
    {
        var operations = new ClearOperations(1, 1, 1, 1);
        Assert.Equal([1f, 1, 1, 0, 2, 2], operations.SumsAround([1, 0, 0, 0, 2, 0], 1, 2, 0));
        Assert.Equal([0f, 0, 0, 0, 2, 2], operations.SumsAround([1, 0, 0, 0, 2, 0], 1, 2, 0, t => t == 0));
        ComposedPolicy policy = Count with { Budget = 4, Forward = 2, SinkTokens = 1 };

        // Without the spread the second best single tokens would stay; a sink's own weight would keep 1 and 2.
        Assert.Equal([0, 3, 4, 5], Keep(policy, 50, 0, 0, 5, 0, 0, 0, 1, 0));
        Assert.Equal([0, 1, 3, 7], Keep(policy with { Forward = 0 }, 50, 0, 0, 5, 0, 0, 0, 1, 0));
    }

    [Fact]
    public void A_budget_keeps_as_many_of_any_prompt()
    {
        ComposedPolicy policy = Count with { Budget = 96, SinkTokens = 4, RecentTokens = 16 };
        Assert.Equal(96, policy.Kept(2000, 3));
        Assert.Equal(96, policy.Kept(97, 3));
        Assert.Equal(50, policy.Kept(50, 3));
        Assert.Equal(20, (policy with { Budget = 5 }).Kept(2000, 3));
        Assert.Equal(101, policy.Selected(2000, 5, 3));
    }

    [Fact]
    public void Layers_may_keep_different_numbers()
    {
        ComposedPolicy policy = Trial.Of("mpcache+ --layer-budgets 64,32x4,192");
        Assert.Equal([64, 32, 32, 32, 32, 192, 192], Enumerable.Range(0, 7).Select(l => policy.Kept(1000, l)));
        Assert.Equal(100, policy.Kept(100, 5));
        Assert.Equal(32, Trial.Keep(policy, 4, Rows.Random(1, 4, 16, 8), Rows.Random(2, 2, 300, 8))[1].Length);
    }

    [Theory]
    [InlineData(862, 172)]
    [InlineData(4, 1)]
    [InlineData(0, 0)]
    [InlineData(24_000, 4800)]
    [InlineData(24_001, 2400)]
    public void The_window_is_a_fifth_or_a_tenth(int prompt, int window) => Assert.Equal(window, Trial.Of("static").WindowLength(prompt));

    [Fact]
    public void A_fixed_window_is_no_longer_than_the_prompt()
    {
        ComposedPolicy policy = Count with { WindowQueries = 32 };
        Assert.Equal(32, policy.WindowLength(1000));
        Assert.Equal(20, policy.WindowLength(20));
    }

    [Fact]
    public void Queries_before_the_window_do_not_judge()
    {
        // Only the last query judges, and it looks at token 2; the one before looks at token 0.
        var queries = new HeadRows(new float[] { -9, 9 }, 1, 2, 1);
        HeadRows keys = Rows.Column(-1, 0, 1, 0, 0);
        Assert.Equal([2], Trial.Keep(Count with { Budget = 1 }, 0, queries, keys)[0]);
        Assert.Equal([0, 2], Trial.Keep(Count with { Budget = 2, WindowQueries = 2 }, 0, queries, keys)[0]);
    }

    [Fact]
    public void Short_prompts_and_skipped_layers_are_not_evicted()
    {
        ComposedPolicy policy = Trial.Of("static --evict-from 100 --skip-layers 1 --static-ratio 0.3");
        Assert.Equal(Rows.Range(0, 99), Trial.Keep(policy, 3, Rows.Random(2, 1, 19, 4), Rows.Random(1, 1, 99, 4))[0]);
        Assert.Equal(99, policy.Kept(99, 3));
        Assert.Equal(200, policy.Kept(200, 0));
        Assert.Equal(60, policy.Kept(200, 1));
    }

    [Fact]
    public void A_threshold_keeps_by_value_and_has_no_public_count()
    {
        ComposedPolicy policy = Count with { Eviction = EvictionKind.Threshold, Threshold = 0.3 };
        Assert.False(policy.HasPublicCounts);
        Assert.Throws<InvalidOperationException>(() => policy.Kept(10, 0));
        Assert.Equal([0, 3], Trial.Keep(policy, 0, Rows.Column(1), Rows.Column(5, 0, 1, 5))[0]);
        Assert.Equal([0, 1], Trial.Keep(policy with { Threshold = 0.5 }, 0, Rows.Column(0), Rows.Column(0, 0))[0]);
    }

    [Theory]
    [InlineData(10, 2, 5, new[] { 0, 1, 7, 8, 9 })]
    [InlineData(3, 2, 5, new[] { 0, 1, 2 })]
    [InlineData(10, 9, 3, new[] { 0, 1, 9 })]
    [InlineData(10, 4, 1, new[] { 9 })]
    public void A_sliding_window_keeps_sinks_and_the_last(int tokens, int sinks, int budget, int[] expected) =>
        Assert.Equal(
            expected,
            Trial.Keep(CachePolicy.Parse($"window --sinks {sinks} --budget {budget}"), 0, Rows.Column(1), Rows.Random(1, 1, tokens, 1))[0]);

    /// <summary>What a policy keeps of tokens that one query attends to in this proportion.</summary>
    private static int[] Keep(CachePolicy policy, params double[] attention) =>
        Trial.Keep(policy, 0, Rows.Column(1), Rows.Column([.. attention.Select(a => (float)Math.Log(Math.Max(a, 1e-9)))]))[0];

    /// <summary>heads x tokens.</summary>
    private static float[] Received(HeadRows queries, HeadRows keys)
    {
        var operations = new ClearOperations(queries.Heads, keys.Heads, keys.Width, Math.Log2(Math.E) / Math.Sqrt(keys.Width));
        var cache = new LayerCache<float[]>(operations, keys.Heads, keys.Rows, keys.Width);
        cache.AppendKeys(operations.FactorOf(Trial.Flat(keys)), keys.Rows);
        var listener = new Listener(operations);
        Factor<float[]> scaled = operations.FactorOf(Trial.Scaled(queries));
        listener.JudgeAgain(operations, 0, scaled, queries.Heads, queries.Rows, keys.Rows - queries.Rows, cache).AsTask().GetAwaiter()
            .GetResult();
        return listener.Received;
    }

    private sealed class Listener(ClearOperations operations) : PolicyRun<float[]>
    {
        public float[] Received { get; private set; } = [];

        public override bool Judges(int layer, int position, int rows) => true;

        public override async ValueTask Judge(int layer, Attended<float[]> attended, LayerCache<float[]> cache) =>
            Received = await operations.Received(attended, 0, attended.Rows);
    }
}
