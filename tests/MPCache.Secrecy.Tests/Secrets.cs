namespace MPCache.Secrecy.Tests;

/// <summary>What tests of secrecy run: prompts, and every policy with counts that make a tiny prompt go through all it does.</summary>
internal static class Secrets
{
    /// <summary>Evicts, and selects at steps.</summary>
    public const string Selecting = "mpcache --static-ratio 0.5 --level1 4:0.6 --level2 2:0.4";

    /// <summary>
    /// Runs of the two-secrets test by MPCACHE_SECRECY_RUNS, where it is set: then that and the detector of reuse go through every policy.
    /// </summary>
    public static int? Asked { get; }
        = int.TryParse(Environment.GetEnvironmentVariable("MPCACHE_SECRECY_RUNS"), out int runs) ? runs : null;

    /// <summary>Policies that together run all protocols.</summary>
    public static IReadOnlyList<string> Some { get; } = ["full", Selecting, "h2o --budget 8", "keydiff --budget 8"];

    public static IReadOnlyList<string> Policies { get; } =
    [
        "full",
        "window --budget 12",
        "static --static-ratio 0.5",
        "snapkv --budget 12 --window 4 --pooling 3",
        Selecting,
        "mpcache+ --budget 10 --window-queries 4 --forward 2 --sinks 2 --recent 4",
        "dynamic-token --level2 1:0.4",
        "dynamic-linear --level2 2:0.4",
        "dynamic-hierarchy --level1 4:0.6 --level2 2:0.4",
        "dynamic-shared --level1 4:0.6 --level2 2:0.4",
        "streaming-llm --budget 8",
        "tova --budget 8",
        "h2o --budget 8",
        "knorm --budget 8",
        "keydiff --budget 8",
        "pyramidkv --budget 8 --window 4 --beta 4",
        "corm --budget 8 --window 4",
        "xkv --layer-budgets 6,8",
        "longcache --budget 8 --sinks 2 --recent 2",
        "quest --budget 6 --dense 1 --page 2",
        "cascading-kv --budget 8 --sinks 2 --cascades 3 --window 4",
        "infllm --budget 8 --page 2 --sinks 2 --recent 2 --representatives 1",
        "think --window 4",
        "arkvale --budget 8 --page 2 --sinks 2 --recent 2",
        "clusterkv --budget 8 --dense 1 --sinks 2 --cluster 6 --iterations 1",
    ];

    /// <summary>Whether a policy moves rows under permutations: all that judge by secrets.</summary>
    public static bool Hides(string policy) => policy.Split(' ')[0] is not ("full" or "window" or "streaming-llm");

    public static int[] Prompt(int tokens, int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, tokens).Select(_ => random.Next(3, 260))];
    }
}
