namespace MPCache.Cache.Tests;

/// <summary>Layers and heads that decide together, and what needs no decision.</summary>
public class SharingTests
{
    [Fact]
    public void Layers_that_share_get_the_same_sets()
    {
        CachePolicy policy = CachePolicy.Named("mpcache");
        int[][][] kept = Trial.Keep(
            policy,
            [.. Enumerable.Range(0, 4).Select(l => (Rows.Random(l, 2, 40, 8), Rows.Random(l + 10, 2, 200, 8)))]);
        int[][][] selected = Trial.Select(
            policy,
            200,
            1,
            [.. Enumerable.Range(0, 4).Select(l => (Rows.Random(l + 20, 2, 1, 8), Rows.Random(l + 30, 2, 187, 8)))]);
        foreach (int[][][] sets in new[] { kept, selected })
        {
            Assert.Equal(sets[0], sets[1]);
            Assert.Equal(sets[2], sets[3]);
            Assert.NotEqual(sets[0], sets[2]);
        }
    }

    [Fact]
    public void Layers_that_share_share_what_each_key_head_keeps()
    {
        int[][][] kept = Trial.Keep(CachePolicy.Parse("static --evict-by head --share-layers 2"),
            (Rows.Random(0, 4, 40, 8), Rows.Random(10, 2, 200, 8)), (Rows.Random(1, 4, 40, 8), Rows.Random(11, 2, 200, 8)));
        Assert.Equal(2, kept[0].Length);
        Assert.NotEqual(kept[0][0], kept[0][1]);
        Assert.Equal(kept[0], kept[1]);
    }

    [Fact]
    public void The_next_step_decides_anew()
    {
        HeadRows keys = Rows.Random(2, 2, 188, 8), first = Rows.Random(1, 2, 1, 8), second = Rows.Random(3, 2, 1, 8);
        var trial = new PolicyTrial(CachePolicy.Named("dynamic-shared"), Trial.Shape(2, first, keys, 187));
        int[][] before = trial.Select(0, Trial.Scaled(first), Trial.Flat(keys)), after = trial.Select(
            0,
            Trial.Scaled(second),
            Trial.Flat(keys));
        Assert.NotEqual(before, after);
        Assert.Equal(after, trial.Select(1, Trial.Scaled(first), Trial.Flat(keys)));
    }

    [Fact]
    public void Key_heads_that_decide_for_themselves_follow_their_own_query_heads()
    {
        // Window queries of one head at its own key: head 0 looks at token 3, head 1 at token 7, of 10.
        float[] keys = new float[20], queries = [40, 40, 40, 40];
        (keys[3], keys[17]) = (1, 1);
        ComposedPolicy policy = Trial.Of("static --static-ratio 0.1 --window-queries 2 --evict-by head");
        var rows = (new HeadRows(queries, 2, 2, 1), new HeadRows(keys, 2, 10, 1));
        int[][] kept = Trial.Keep(policy, rows)[0];
        Assert.Equal([3], kept[0]);
        Assert.Equal([7], kept[1]);
        int[][] together = Trial.Keep(policy with { EvictBy = EvictionSharing.Layer }, rows)[0];
        Assert.Equal(together[0], together[1]);
    }

    [Fact]
    public void A_follower_cannot_come_before_its_leader()
    {
        HeadRows queries = Rows.Random(0, 2, 1, 8), keys = Rows.Random(10, 2, 200, 8);
        var trial = new PolicyTrial(CachePolicy.Named("mpcache"), Trial.Shape(2, queries, keys, 200));
        var error = Assert.Throws<InvalidOperationException>(() => trial.Select(1, Trial.Scaled(queries), Trial.Flat(keys)));
        Assert.Contains("Layer 1 follows layer 0", error.Message);
    }

    [Fact]
    public void The_full_cache_keeps_and_selects_everything()
    {
        CachePolicy full = CachePolicy.Named("full");
        Assert.Equal(Rows.Range(0, 50), Trial.Keep(full, 0, Rows.Random(0, 2, 10, 8), Rows.Random(1, 2, 50, 8))[1]);
        Assert.Equal(Rows.Range(0, 51), Trial.Select(full, 0, 50, Rows.Random(0, 2, 1, 8), Rows.Random(1, 2, 51, 8))[1]);
    }

    [Fact]
    public void The_window_slides_at_its_budget()
    {
        CachePolicy window = CachePolicy.Parse("window --sinks 2 --budget 10");
        Assert.Equal([0, 1, .. Rows.Range(42, 50)], Trial.Keep(window, 0, Rows.Random(0, 2, 10, 8), Rows.Random(1, 2, 50, 8))[1]);
        Assert.Equal([0, 1, .. Rows.Range(5, 13)], Trial.Select(window, 0, 50, Rows.Random(0, 2, 1, 8), Rows.Random(1, 2, 13, 8))[0]);
    }

    [Fact]
    public void Rows_of_any_regular_layout_are_read()
    {
        // Two tokens, two heads, two values: stored by head, and by token.
        var byHead = new HeadRows(new float[] { 1, 2, 3, 4, 5, 6, 7, 8 }, 2, 2, 2);
        var byToken = new HeadRows(new float[] { 1, 2, 5, 6, 3, 4, 7, 8 }, 2, 2, 2, 2, 4);
        Assert.Equal([7, 8], byHead.Row(1, 1).ToArray());
        Assert.Equal([7, 8], byToken.Row(1, 1).ToArray());
        HeadRows turned = byToken.Gather([1, 0]);
        Assert.Equal([3, 4], turned.Row(0, 0).ToArray());
        Assert.Equal([5, 6], turned.Row(1, 1).ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => { byHead.Row(2, 0); });
        Assert.Throws<ArgumentException>(() => new HeadRows(new float[7], 2, 2, 2));
        Assert.Throws<ArgumentException>(() => new HeadRows(new float[7], 2, 2, 2, 4, 2));
        Assert.Throws<ArgumentException>(() => byHead.KeyHeadOf(0, 3));
    }
}
