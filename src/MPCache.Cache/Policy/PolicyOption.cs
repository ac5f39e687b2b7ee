using System.Globalization;

namespace MPCache.Cache;

/// <summary>One option of a policy as text: <c>--level1 32:0.5</c>.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Help">One line: meaning and form.</param>
/// <param name="Read">The value of a policy, in the form that <paramref name="Write"/> reads.</param>
/// <param name="Write">The policy with another value.</param>
public sealed record PolicyOption(string Name, string Help, Func<CachePolicy, string> Read, Func<CachePolicy, string, CachePolicy> Write)
{
    private const string None = "none";

    /// <summary>Every option, in the order in which help lists them.</summary>
    public static IReadOnlyList<PolicyOption> All { get; } =
    [
        Choice("eviction", "what stays of the prompt after prefill", p => p.Eviction, (p, v) => p with { Eviction = v }),
        Real("static-ratio", "share of the prompt that stays", p => p.StaticRatio, (p, v) => p with { StaticRatio = v }),
        Real("threshold", "probability that keeps a token, for --eviction threshold", p => p.Threshold, (p, v) => p with { Threshold = v }),
        Real("window-share", "last share of the prompt whose queries judge", p => p.WindowShare, (p, v) => p with { WindowShare = v }),
        Real("long-window-share", "the same for long prompts", p => p.LongWindowShare, (p, v) => p with { LongWindowShare = v }),
        Whole("long-prompt", "prompts of more tokens are long", p => p.LongPrompt, (p, v) => p with { LongPrompt = v }),
        Whole("window-queries", "judging queries whatever the length, 0: use the share", p => p.WindowQueries, (p, v) => p with { WindowQueries = v }),
        Whole("pooling", "importance summed over so many adjacent tokens, odd", p => p.Pooling, (p, v) => p with { Pooling = v }),
        Whole("forward", "importance handed on to so many tokens after each", p => p.Forward, (p, v) => p with { Forward = v }),
        Choice("evict-by", "who keeps the same tokens", p => p.EvictBy, (p, v) => p with { EvictBy = v }),
        Real("importance-floor", "importance up to which a token counts for nothing", p => p.ImportanceFloor, (p, v) => p with { ImportanceFloor = v }),
        Whole("evict-from", "shorter prompts are not evicted", p => p.EvictFrom, (p, v) => p with { EvictFrom = v }),
        Whole("sinks", "first tokens that always stay", p => p.SinkTokens, (p, v) => p with { SinkTokens = v }),
        Whole("recent", "last tokens that always stay", p => p.RecentTokens, (p, v) => p with { RecentTokens = v }),
        Whole("budget", "tokens that eviction and recent selection keep, 0: the static ratio of the prompt", p => p.Budget, (p, v) => p with { Budget = v }),
        new("layer-budgets", "tokens that eviction by count keeps in each layer, such as 64,32x4,192 (the last for all further layers), or none",
            p => p.LayerBudgets?.ToString() ?? None, (p, v) => p with { LayerBudgets = v == None ? null : LayerBudgets.Parse(v) }),
        Choice("selection", "what a decoding step attends to", p => p.Selection, (p, v) => p with { Selection = v }),
        new("level1", "coarse clusters as size:ratio, or none", p => p.Level1?.ToString() ?? None,
            (p, v) => p with { Level1 = v == None ? null : ClusterLevel.Parse(v) }),
        new("level2", "fine clusters as size:ratio", p => p.Level2.ToString(), (p, v) => p with { Level2 = ClusterLevel.Parse(v) }),
        Choice("score", "what ranks clusters", p => p.Score, (p, v) => p with { Score = v }),
        Real("alpha", "weight of the maxima in the linear score", p => p.Alpha, (p, v) => p with { Alpha = v }),
        Choice("always-kept", "how clusters that always stay are counted", p => p.AlwaysKept, (p, v) => p with { AlwaysKept = v }),
        Choice("share-heads", "heads that select together", p => p.ShareHeads, (p, v) => p with { ShareHeads = v }),
        new("share-layers", "layers that select together: group length such as 2, or first layers of the groups such as 0,2,5",
            p => p.ShareLayers.ToString(), (p, v) => p with { ShareLayers = LayerGroups.Parse(v) }),
        Whole("skip-layers", "first layers that neither evict nor select", p => p.SkipLayers, (p, v) => p with { SkipLayers = v }),
    ];

    /// <summary>Other names, which stand for one of the options or for a part of one.</summary>
    public static IReadOnlyList<(string Name, string Help, Func<CachePolicy, string, CachePolicy> Write)> Aliases { get; } =
    [
        ("static-window", "queries at the prompt's end that judge its tokens: a share of the prompt up to 1, else their number",
            (p, v) => p.With(double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out double window) && window > 1 ? "window-queries" : "window-share", v)),
        ("dynamic-ratio", "share of all clusters that a step attends to: level2's ratio",
            (p, v) => p with { Level2 = ClusterLevel.Parse($"{p.Level2.Size}:{v}") }),
    ];

    private static PolicyOption Real(string name, string help, Func<CachePolicy, double> read, Func<CachePolicy, double, CachePolicy> write) =>
        new(name, help, p => read(p).ToString(CultureInfo.InvariantCulture),
            (p, text) => write(p, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value : throw new FormatException($"'{text}' is not a number such as 0.3.")));

    private static PolicyOption Whole(string name, string help, Func<CachePolicy, int> read, Func<CachePolicy, int, CachePolicy> write) =>
        new(name, help, p => read(p).ToString(CultureInfo.InvariantCulture),
            (p, text) => write(p, int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value : throw new FormatException($"'{text}' is not a whole number.")));

    private static PolicyOption Choice<T>(string name, string help, Func<CachePolicy, T> read, Func<CachePolicy, T, CachePolicy> write)
        where T : struct, Enum
    {
        var byText = Enum.GetValues<T>().ToDictionary(v => TextOf(v.ToString()));
        string choices = string.Join(", ", byText.Keys);
        return new(name, $"{help}: {choices}", p => TextOf(read(p).ToString()),
            (p, text) => write(p, byText.TryGetValue(text, out T value)
                ? value : throw new FormatException($"'{text}' is none of {choices}.")));
    }

    // LogSumExp is written log-sum-exp.
    private static string TextOf(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c)));
}
