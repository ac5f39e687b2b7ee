namespace MPCache.Cache.Tests;

public class CachePolicyTests
{
    [Fact]
    public void Defaults_are_the_papers()
    {
        ComposedPolicy policy = Trial.Of("mpcache");
        Assert.Equal(0.2, policy.WindowShare);
        Assert.Equal(0.1, policy.LongWindowShare);
        Assert.Equal(24_000, policy.LongPrompt);
        Assert.Equal(new ClusterLevel(32, 0.5), policy.Level1);
        Assert.Equal(new ClusterLevel(16, 0.2), policy.Level2);
        Assert.Equal(0.6, policy.Alpha);
        Assert.Equal(LayerGroups.Of(2), policy.ShareLayers);
        Assert.Equal(0, policy.SkipLayers);
    }

    [Fact]
    public void Our_policy_evicts_once_to_a_fixed_size_and_selects_nothing()
    {
        ComposedPolicy policy = Trial.Of("mpcache+");
        Assert.True(policy.HasPublicCounts);
        Assert.Equal(EvictionSharing.Head, policy.EvictBy);
        Assert.Equal(policy.Kept(512, 0), policy.Kept(2048, 7));
        Assert.True(policy.Kept(2048, 0) <= 2048 / 10);
        Assert.Equal(policy.Kept(2048, 0) + 9, policy.Selected(2048, 9, 0));
        Assert.Equal(SelectionKind.None, policy.Selection);
        Assert.Equal(16, policy.WindowLength(2048));
        Assert.Equal(3, policy.Leader(3));
    }

    [Fact]
    public void Every_named_policy_is_valid_and_reads_back()
    {
        foreach (CachePolicy policy in CachePolicy.All)
        {
            Assert.Equal(policy.Name, policy.ToText());
            Assert.Equal(policy, CachePolicy.Parse(policy.ToText()));
            Assert.True(policy.HasPublicCounts);
            Assert.Null(policy.WhyNotOnShares);
        }
    }

    [Theory]
    [InlineData("mpcache --static-ratio 0.45 --level1 64:0.25 --level2 8:0.1 --alpha 0.5 --share-layers 0,2,5 --skip-layers 2")]
    [InlineData("mpcache --eviction threshold --threshold 1E-20 --always-kept reference")]
    [InlineData("mpcache+ --window-queries 24 --pooling 7 --level2 4:0.125 --score log-sum-exp --share-heads key-head")]
    [InlineData("static --evict-by head --forward 8 --budget 96 --window-queries 16")]
    [InlineData("mpcache+ --layer-budgets 64,32x4,192")]
    [InlineData("window --sinks 8 --budget 512")]
    [InlineData("mpcache --level1 none")]
    public void Text_survives_a_round_trip(string text)
    {
        CachePolicy policy = CachePolicy.Parse(text);
        Assert.Equal(policy, CachePolicy.Parse(policy.ToText()));
        Assert.Equal(text.Split(' ').Order(), policy.ToText().Split(' ').Order());
    }

    [Fact]
    public void A_name_may_come_after_policy_or_be_left_out()
    {
        Assert.Equal(CachePolicy.Parse("window --sinks 2"), CachePolicy.Parse("--policy window --sinks 2"));
        Assert.Equal(CachePolicy.Parse("mpcache --alpha 0.7"), CachePolicy.Parse("--alpha 0.7"));
        Assert.Equal(CachePolicy.Named("mpcache"), CachePolicy.Parse(""));
    }

    [Fact]
    public void Every_policy_of_old_keeps_its_name()
    {
        string[] old
            = ["full", "window", "mpcache", "mpcache+", "static", "dynamic-token", "dynamic-linear", "dynamic-hierarchy", "dynamic-shared"];
        Assert.Empty(old.Except(CachePolicy.All.Select(p => p.Name)));
        Assert.Equal("full", CachePolicy.All[0].Name);
    }

    [Theory]
    [InlineData("nonsense", "nonsense", "mpcache+")]
    [InlineData("mpcache --nonsense 1", "--nonsense", "--level1")]
    [InlineData("mpcache --static-ratio 0", "--static-ratio 0", "above 0")]
    [InlineData("mpcache --static-ratio 1.5", "--static-ratio 1.5", "at most 1")]
    [InlineData("mpcache --static-ratio NaN", "--static-ratio NaN", "at most 1")]
    [InlineData("mpcache --static-ratio much", "--static-ratio much", "number")]
    [InlineData("mpcache --level1 32", "--level1 32", "32:0.5")]
    [InlineData("mpcache --level1 24:0.5", "--level1 24:0.5", "multiple of level2's cluster size 16")]
    [InlineData("mpcache --level2 0:0.5", "--level2 0:0.5", "at least 1 token")]
    [InlineData("mpcache --pooling 4", "--pooling 4", "odd")]
    [InlineData("mpcache+ --layer-budgets 64,32x", "--layer-budgets 64,32x", "64,32x4,192")]
    [InlineData("mpcache+ --layer-budgets 64,0x3", "--layer-budgets 64,0x3", "64,32x4,192")]
    [InlineData("window --layer-budgets 64", "--layer-budgets 64", "--eviction count")]
    [InlineData("mpcache --forward -1", "--forward -1", "0 or more")]
    [InlineData("mpcache --evict-by head --eviction threshold", "--evict-by head", "layer with --eviction threshold")]
    [InlineData("mpcache --evict-by head --share-heads layer", "--share-heads layer", "key-head")]
    [InlineData("mpcache --score best", "--score best", "log-sum-exp")]
    [InlineData("mpcache --share-layers 1,4", "--share-layers 1,4", "begin with layer 0")]
    [InlineData("mpcache --share-layers 0,4,4", "--share-layers 0,4,4", "ascend")]
    [InlineData("mpcache --alpha", "--alpha", "needs a value")]
    [InlineData("--policy", "--policy", "needs a name")]
    public void What_is_wrong_is_said(string text, string what, string cure)
    {
        var error = Assert.Throws<ArgumentException>(() => CachePolicy.Parse(text));
        Assert.Contains(what, error.Message);
        Assert.Contains(cure, error.Message);
    }

    [Theory]
    [InlineData("2", 0, new[] { 0, 0, 2, 2, 4 })]
    [InlineData("2", 1, new[] { 0, 1, 1, 3, 3 })]
    [InlineData("1", 0, new[] { 0, 1, 2, 3, 4 })]
    [InlineData("0,1,3", 0, new[] { 0, 1, 1, 3, 3 })]
    [InlineData("0,4", 2, new[] { 0, 1, 2, 2, 4 })]
    public void Groups_name_their_first_layer(string groups, int skipped, int[] leaders)
    {
        LayerGroups parsed = LayerGroups.Parse(groups);
        Assert.Equal(leaders, Enumerable.Range(0, leaders.Length).Select(l => parsed.Leader(l, skipped)));
        Assert.Equal(groups, parsed.ToString());
    }
}
