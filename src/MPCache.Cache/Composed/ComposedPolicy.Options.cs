using System.Globalization;

namespace MPCache.Cache;

public abstract partial record ComposedPolicy
{
    private const string None = "none";

    private static readonly PolicyOption[] Shared =
    [
        PolicyOption.Choice(
            "eviction",
            "what stays of the prompt after prefill",
            (ComposedPolicy p) => p.Eviction,
            (p, v) => p with { Eviction = v }),
        PolicyOption.Real(
            "static-ratio",
            "share of the prompt that stays",
            (ComposedPolicy p) => p.StaticRatio,
            (p, v) => p with { StaticRatio = v }),
        PolicyOption.Real("threshold", "probability that keeps a token, for --eviction threshold", (ComposedPolicy p) => p.Threshold,
            (p, v) => p with { Threshold = v }),
        PolicyOption.Real(
            "window-share",
            "last share of the prompt whose queries judge",
            (ComposedPolicy p) => p.WindowShare,
            (p, v) => p with { WindowShare = v }),
        PolicyOption.Real(
            "long-window-share",
            "the same for long prompts",
            (ComposedPolicy p) => p.LongWindowShare,
            (p, v) => p with { LongWindowShare = v }),
        PolicyOption.Whole(
            "long-prompt",
            "prompts of more tokens are long",
            (ComposedPolicy p) => p.LongPrompt,
            (p, v) => p with { LongPrompt = v }),
        PolicyOption.Whole("window-queries", "judging queries whatever the length, 0: use the share", (ComposedPolicy p) => p.WindowQueries,
            (p, v) => p with { WindowQueries = v }),
        PolicyOption.Whole(
            "pooling",
            "importance summed over so many adjacent tokens, odd",
            (ComposedPolicy p) => p.Pooling,
            (p, v) => p with { Pooling = v }),
        PolicyOption.Whole(
            "forward",
            "importance handed on to so many tokens after each",
            (ComposedPolicy p) => p.Forward,
            (p, v) => p with { Forward = v }),
        PolicyOption.Choice("evict-by", "who keeps the same tokens", (ComposedPolicy p) => p.EvictBy, (p, v) => p with { EvictBy = v }),
        PolicyOption.Real("importance-floor", "importance up to which a token counts for nothing", (ComposedPolicy p) => p.ImportanceFloor,
            (p, v) => p with { ImportanceFloor = v }),
        PolicyOption.Whole(
            "evict-from",
            "shorter prompts are not evicted",
            (ComposedPolicy p) => p.EvictFrom,
            (p, v) => p with { EvictFrom = v }),
        PolicyOption.Whole(
            "sinks",
            "first tokens that always stay",
            (ComposedPolicy p) => p.SinkTokens,
            (p, v) => p with { SinkTokens = v }),
        PolicyOption.Whole(
            "recent",
            "last tokens that always stay",
            (ComposedPolicy p) => p.RecentTokens,
            (p, v) => p with { RecentTokens = v }),
        PolicyOption.Whole(
            "budget",
            "tokens that eviction and recent selection keep, 0: the static ratio of the prompt",
            (ComposedPolicy p) => p.Budget,
            (p, v) => p with { Budget = v }),
        PolicyOption.Text("layer-budgets", "tokens that eviction by count keeps in each layer, such as 64,32x4,192 (the last for all "
            + "further layers), or none",
            (ComposedPolicy p) => p.LayerBudgets?.ToString() ?? None, (p, v) => p with { LayerBudgets = v == None
                ? null
                : LayerBudgets.Parse(v) }),
        PolicyOption.Choice(
            "selection",
            "what a decoding step attends to",
            (ComposedPolicy p) => p.Selection,
            (p, v) => p with { Selection = v }),
        PolicyOption.Text("level1", "coarse clusters as size:ratio, or none", (ComposedPolicy p) => p.Level1?.ToString() ?? None,
            (p, v) => p with { Level1 = v == None ? null : ClusterLevel.Parse(v) }),
        PolicyOption.Text(
            "level2",
            "fine clusters as size:ratio",
            (ComposedPolicy p) => p.Level2.ToString(),
            (p, v) => p with { Level2 = ClusterLevel.Parse(v) }),
        PolicyOption.Choice("score", "what ranks clusters", (ComposedPolicy p) => p.Score, (p, v) => p with { Score = v }),
        PolicyOption.Real(
            "alpha",
            "weight of the maxima in the linear score",
            (ComposedPolicy p) => p.Alpha,
            (p, v) => p with { Alpha = v }),
        PolicyOption.Choice(
            "always-kept",
            "how clusters that always stay are counted",
            (ComposedPolicy p) => p.AlwaysKept,
            (p, v) => p with { AlwaysKept = v }),
        PolicyOption.Choice(
            "share-heads",
            "heads that select together",
            (ComposedPolicy p) => p.ShareHeads,
            (p, v) => p with { ShareHeads = v }),
        PolicyOption.Text("share-layers", "layers that select together: group length such as 2, or first layers of the groups such as "
            + "0,2,5",
            (ComposedPolicy p) => p.ShareLayers.ToString(), (p, v) => p with { ShareLayers = LayerGroups.Parse(v) }),
        PolicyOption.Whole(
            "skip-layers",
            "first layers that neither evict nor select",
            (ComposedPolicy p) => p.SkipLayers,
            (p, v) => p with { SkipLayers = v }),
        PolicyOption.Alias("static-window", "queries at the prompt's end that judge its tokens: a share of the prompt up to 1, else "
            + "their number",
            (ComposedPolicy p, string v) => p.With(IsNumberOfQueries(v) ? "window-queries" : "window-share", v)),
        PolicyOption.Alias("dynamic-ratio", "share of all clusters that a step attends to: level2's ratio",
            (ComposedPolicy p, string v) => p with { Level2 = ClusterLevel.Parse($"{p.Level2.Size}:{v}") }),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<PolicyOption> Options => Shared;

    /// <inheritdoc/>
    protected override void Check()
    {
        Require(StaticRatio is > 0 and <= 1, "static-ratio", StaticRatio, "above 0 and at most 1");
        Require(Threshold is > 0 and <= 1, "threshold", Threshold, "above 0 and at most 1");
        Require(WindowShare is > 0 and <= 1, "window-share", WindowShare, "above 0 and at most 1");
        Require(LongWindowShare is > 0 and <= 1, "long-window-share", LongWindowShare, "above 0 and at most 1");
        Require(LongPrompt >= 0, "long-prompt", LongPrompt, "0 or more");
        Require(WindowQueries >= 0, "window-queries", WindowQueries, "0 (use the share) or more");
        Require(Pooling >= 1 && Pooling % 2 == 1, "pooling", Pooling, "odd");
        Require(Forward >= 0, "forward", Forward, "0 or more");
        Require(ImportanceFloor is >= 0 and < 1, "importance-floor", ImportanceFloor, "0 or more and below 1");
        Require(EvictFrom >= 0, "evict-from", EvictFrom, "0 or more");
        Require(SinkTokens >= 0, "sinks", SinkTokens, "0 or more");
        Require(RecentTokens >= 0, "recent", RecentTokens, "0 or more");
        Require(Budget >= 0, "budget", Budget, "0 (use the static ratio) or more");
        Require(Alpha is >= 0 and <= 1, "alpha", Alpha, "from 0 to 1");
        Require(SkipLayers >= 0, "skip-layers", SkipLayers, "0 or more");
        Require(LayerBudgets is null || Eviction == EvictionKind.Count, "layer-budgets", LayerBudgets!, "none without --eviction count");
        Require(
            EvictBy == EvictionSharing.Layer || Eviction is EvictionKind.None or EvictionKind.Recent or EvictionKind.Count,
            "evict-by",
            "head",
            "layer with --eviction threshold, whose heads would keep different numbers of tokens");
        Require(
            EvictBy == EvictionSharing.Layer || Selection != SelectionKind.Clusters || ShareHeads != HeadSharing.Layer,
            "share-heads",
            "layer",
            "none or key-head with --evict-by head: a position means another token in each key head's cache");
        RequireLevel(Level2, "level2");
        if (Level1 is { } coarse)
        {
            RequireLevel(coarse, "level1");
            Require(coarse.Size % Level2.Size == 0, "level1", coarse, $"a multiple of level2's cluster size {Level2.Size}");
        }
    }

    private static void RequireLevel(ClusterLevel level, string option)
    {
        Require(level.Size >= 1, option, level, "a cluster of at least 1 token");
        Require(level.Ratio is > 0 and <= 1, option, level, "a ratio above 0 and at most 1");
    }

    private static bool IsNumberOfQueries(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double window) && window > 1;
}
