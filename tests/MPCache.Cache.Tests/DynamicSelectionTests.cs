namespace MPCache.Cache.Tests;

public class DynamicSelectionTests
{
    private static readonly ComposedPolicy Single = Trial.Of("dynamic-linear");
    private static readonly ComposedPolicy Tokens = Trial.Of("dynamic-token") with { RecentTokens = 0 };

    [Fact]
    public void Linear_score_weighs_maxima_and_minima()
    {
        // Clusters of two: (9, -9) scores 0.6*9 - 0.4*9 = 1.8; (2, 2) scores 2.
        ComposedPolicy policy = Single with { Level2 = new(2, 0.25) };
        int[][] selected = Trial.Select(policy, 0, 8, Rows.Column(1), Rows.Column(0, 0, 9, -9, 2, 2, 0, 0));
        Assert.Equal([0, 1, 4, 5], selected[0]);
        selected = Trial.Select(policy with { Alpha = 1 }, 0, 8, Rows.Column(1), Rows.Column(0, 0, 9, -9, 2, 2, 0, 0));
        Assert.Equal([0, 1, 2, 3], selected[0]);
    }

    [Theory]
    [InlineData(ClusterScore.Bound, 2)]
    [InlineData(ClusterScore.Max, 2)]
    [InlineData(ClusterScore.Mean, 4)]
    [InlineData(ClusterScore.LogSumExp, 2)]
    [InlineData(ClusterScore.Linear, 4)]
    public void Each_score_has_its_own_winner(ClusterScore score, int winner)
    {
        ComposedPolicy policy = Single with { Level2 = new(2, 0.25), Score = score };
        int[][] selected = Trial.Select(policy, 0, 8, Rows.Column(1), Rows.Column(0, 0, 9, -9, 2, 2, 1, 1));
        Assert.Equal([0, 1, winner, winner + 1], selected[0]);
    }

    [Fact]
    public void Single_tokens_compete_by_exact_score()
    {
        ComposedPolicy policy = Tokens with { Level2 = new(1, 0.25) };
        Assert.Equal([0, 3, 5], Trial.Select(policy, 0, 8, Rows.Column(-1), Rows.Column(0, 1, 1, -5, 1, -4, 2, 3))[0]);
        foreach (ClusterScore score in Enum.GetValues<ClusterScore>())
        {
            Assert.Equal(
                [0, 3, 5],
                Trial.Select(policy with { Score = score }, 0, 8, Rows.Column(-1), Rows.Column(0, 1, 1, -5, 1, -4, 2, 3))[0]);
        }
    }

    [Fact]
    public void Ties_go_to_the_lower_cluster() =>
        Assert.Equal(
            [0, 1, 2, 3],
            Trial.Select(Single with { Level2 = new(2, 0.25) }, 0, 8, Rows.Column(1), Rows.Column(1, 1, 1, 1, 1, 1, 1, 1))[0]);

    [Fact]
    public void The_first_cluster_and_an_incomplete_last_one_stay_beside_the_ranking()
    {
        ComposedPolicy policy = Single with { Level2 = new(4, 0.34) };
        HeadRows keys = Rows.Column(9, 9, 9, 9, 0, 0, 0, 0, 9);
        Assert.Equal(Rows.Range(0, 9), Trial.Select(policy, 0, 9, Rows.Column(1), keys)[0]);
    }

    [Fact]
    public void The_reference_ranks_them_too_and_brings_the_padding()
    {
        // Three clusters, one kept: the first, which stays anyway. The last lacks three tokens, so the last three of the cache come with
        // it.
        ComposedPolicy policy = Single with { Level2 = new(4, 0.34), AlwaysKept = AlwaysKeptRule.Reference };
        HeadRows keys = Rows.Column(9, 9, 9, 9, 0, 0, 0, 0, 9);
        Assert.Equal([0, 1, 2, 3, 6, 7, 8], Trial.Select(policy, 0, 9, Rows.Column(1), keys)[0]);
        Assert.Equal(9, policy.Selected(9, 0, 0));
    }

    [Fact]
    public void The_padding_of_the_last_cluster_takes_part_in_its_bounds()
    {
        // By its own key the last cluster would lose against the second; padded with the tokens before it, it wins the one place.
        ComposedPolicy policy = Single with { Level2 = new(2, 0.34), AlwaysKept = AlwaysKeptRule.Reference };
        Assert.Equal([0, 1, 4], Trial.Select(policy, 0, 5, Rows.Column(1), Rows.Column(0, 0, -9, 8, 0))[0]);
    }

    [Fact]
    public void A_coarse_cluster_that_loses_takes_its_fine_ones_with_it()
    {
        // Coarse clusters of 4 score 0.6 max + 0.4 min: the third (10, ..., -10) loses to the second although its first half is the best
        // fine cluster.
        ComposedPolicy policy = Single with { Level1 = new(4, 0.34), Level2 = new(2, 0.2) };
        HeadRows keys = Rows.Column(0, 0, 0, 0, 3, 3, 3, 3, 10, 10, -10, -10);
        Assert.Equal([0, 1, 4, 5], Trial.Select(policy, 0, 12, Rows.Column(1), keys)[0]);
        Assert.Equal([0, 1, 8, 9], Trial.Select(policy with { Level1 = null }, 0, 12, Rows.Column(1), keys)[0]);
    }

    [Fact]
    public void Sinks_and_recent_tokens_widen_what_stays()
    {
        ComposedPolicy policy = Single with { Level2 = new(2, 0.1), SinkTokens = 3, RecentTokens = 3 };
        Assert.Equal([0, 1, 2, 3, 8, 9, 10, 11], Trial.Select(policy, 0, 12, Rows.Column(1), Rows.Random(1, 1, 12, 1))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(32)]
    public void A_cache_of_few_clusters_is_selected_whole_or_nearly(int tokens)
    {
        ComposedPolicy policy = Trial.Of("mpcache");
        int[] selected = Trial.Select(policy, 0, tokens, Rows.Random(1, 1, 1, 8), Rows.Random(2, 1, tokens, 8))[0];
        Assert.Equal(policy.SelectedIn(tokens), selected.Length);
        Assert.Equal(0, selected[0]);
    }

    [Fact]
    public void Heads_that_share_select_by_their_sum()
    {
        ComposedPolicy policy = Tokens with { Level2 = new(1, 0.25) };
        var queries = new HeadRows(new float[] { 1, 0, 0, 1 }, 2, 1, 2);
        var keys = new HeadRows(new float[] { 0, 0, 3, -3, -3, 3, 2, 2 }, 1, 4, 2);
        int[][] each = Trial.Select(policy, 0, 4, queries, keys);
        Assert.Equal([0, 1], each[0]);
        Assert.Equal([0, 2], each[1]);
        foreach (HeadSharing sharing in new[] { HeadSharing.KeyHead, HeadSharing.Layer })
        {
            int[][] together = Trial.Select(policy with { ShareHeads = sharing }, 0, 4, queries, keys);
            Assert.Equal([0, 3], together[0]);
            Assert.Equal(together[0], together[1]);
        }
    }
}

internal static class SelectionCounts
{
    /// <summary>Tokens that layer 0 selects where nothing was evicted.</summary>
    public static int SelectedIn(this ComposedPolicy policy, int tokens)
        => (policy with { Eviction = EvictionKind.None }).Selected(tokens, 0, 0);
}
