namespace MPCache.Cache.Tests;

public class CacheSessionTests
{
    [Fact]
    public void Layers_that_share_get_the_same_sets()
    {
        var session = new CacheSession(CachePolicy.Named("mpcache"));
        var kept = new int[4][][];
        var selected = new int[4][][];
        for (int layer = 0; layer < 4; layer++)
        {
            kept[layer] = session.Evict(layer, Rows.Random(layer, 2, 40, 8), Rows.Random(layer + 10, 2, 200, 8));
        }
        for (int layer = 0; layer < 4; layer++)
        {
            selected[layer] = session.Select(layer, Rows.Random(layer + 20, 2, 1, 8), Rows.Random(layer + 30, 2, 187, 8));
        }
        Assert.Same(kept[0], kept[1]);
        Assert.Same(kept[2], kept[3]);
        Assert.NotEqual(kept[0], kept[2]);
        Assert.Same(selected[0], selected[1]);
        Assert.Same(selected[2], selected[3]);
        Assert.NotEqual(selected[0], selected[2]);
    }

    [Fact]
    public void Layers_that_share_share_what_each_key_head_keeps()
    {
        var session = new CacheSession(CachePolicy.Parse("static --evict-by head --share-layers 2"));
        int[][] first = session.Evict(0, Rows.Random(0, 4, 40, 8), Rows.Random(10, 2, 200, 8));
        Assert.Equal(2, first.Length);
        Assert.NotEqual(first[0], first[1]);
        Assert.Same(first, session.Evict(1, Rows.Random(1, 4, 40, 8), Rows.Random(11, 2, 200, 8)));
    }

    [Fact]
    public void The_next_step_decides_anew()
    {
        var session = new CacheSession(CachePolicy.Named("dynamic-shared"));
        session.Evict(0, Rows.Random(0, 2, 40, 8), Rows.Random(10, 2, 200, 8));
        int[][] first = session.Select(0, Rows.Random(1, 2, 1, 8), Rows.Random(2, 2, 187, 8));
        int[][] second = session.Select(0, Rows.Random(3, 2, 1, 8), Rows.Random(4, 2, 188, 8));
        Assert.NotEqual(first, second);
        Assert.Same(second, session.Select(1, Rows.Random(5, 2, 1, 8), Rows.Random(6, 2, 188, 8)));
    }

    [Fact]
    public void Key_heads_that_decide_for_themselves_follow_their_own_query_heads()
    {
        // Window queries of one head at its own key: head 0 looks at token 3, head 1 at token 7, of 10.
        float[] keys = new float[20], queries = [40, 40, 40, 40];
        (keys[3], keys[17]) = (1, 1);
        var policy = CachePolicy.Parse("static --static-ratio 0.1 --window-queries 2 --evict-by head");
        int[][] kept = new CacheSession(policy).Evict(0, new HeadRows(queries, 2, 2, 1), new HeadRows(keys, 2, 10, 1));
        Assert.Equal([3], kept[0]);
        Assert.Equal([7], kept[1]);
        int[][] together = new CacheSession(policy with { EvictBy = EvictionSharing.Layer }).Evict(0, new HeadRows(queries, 2, 2, 1), new HeadRows(keys, 2, 10, 1));
        Assert.Same(together[0], together[1]);
    }

    [Fact]
    public void A_follower_cannot_come_before_its_leader()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            new CacheSession(CachePolicy.Named("mpcache")).Evict(1, Rows.Random(0, 2, 40, 8), Rows.Random(10, 2, 200, 8)));
        Assert.Contains("Layer 1 follows layer 0", error.Message);
    }

    [Fact]
    public void The_full_cache_keeps_and_selects_everything()
    {
        var session = new CacheSession(CachePolicy.Named("full"));
        Assert.Equal(Rows.Range(0, 50), session.Evict(0, Rows.Random(0, 2, 10, 8), Rows.Random(1, 2, 50, 8))[1]);
        Assert.Equal(Rows.Range(0, 51), session.Select(0, Rows.Random(0, 2, 1, 8), Rows.Random(1, 2, 51, 8))[1]);
    }

    [Fact]
    public void The_window_slides_at_its_budget()
    {
        var session = new CacheSession(CachePolicy.Parse("window --sinks 2 --budget 10"));
        Assert.Equal([0, 1, .. Rows.Range(42, 50)], session.Evict(0, Rows.Random(0, 2, 10, 8), Rows.Random(1, 2, 50, 8))[1]);
        Assert.Equal([0, 1, .. Rows.Range(5, 13)], session.Select(0, Rows.Random(0, 2, 1, 8), Rows.Random(1, 2, 13, 8))[0]);
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
