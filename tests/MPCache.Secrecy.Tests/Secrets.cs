namespace MPCache.Secrecy.Tests;

/// <summary>What tests of secrecy run: prompts, and every policy with counts that make a tiny prompt go through all it does.</summary>
internal static class Secrets
{
    public static IReadOnlyList<string> Policies { get; } =
    [
        "full",
        "window --budget 12",
        "static --static-ratio 0.5",
        "snapkv --budget 12 --window 4 --pooling 3",
        "mpcache --static-ratio 0.5 --level1 4:0.6 --level2 2:0.4",
        "mpcache+ --budget 10 --window-queries 4 --forward 2 --sinks 2 --recent 4",
        "dynamic-token --level2 1:0.4",
        "dynamic-linear --level2 2:0.4",
        "dynamic-hierarchy --level1 4:0.6 --level2 2:0.4",
        "dynamic-shared --level1 4:0.6 --level2 2:0.4",
    ];

    /// <summary>Whether a policy moves rows under permutations: all that judge by secrets.</summary>
    public static bool Hides(string policy) => policy != "full" && !policy.StartsWith("window", StringComparison.Ordinal);

    public static int[] Prompt(int tokens, int number)
    {
        var random = new Random(number);
        return [.. Enumerable.Range(0, tokens).Select(_ => random.Next(3, 260))];
    }
}
