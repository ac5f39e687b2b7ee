
namespace MPCache.Bench;

/// <summary>
/// Other systems' figures and this project's goals, as the issue that set the goals states them. They are quoted, not measured by this
/// command.
/// </summary>
internal static class OtherSystems
{
    /// <summary>A goal: bytes and rounds at most; null where none was set.</summary>
    public sealed record Goal(double? Online, double? Dealt, int? Rounds, double? Error);

    private static readonly Dictionary<string, string> Figures = new()
    {
        ["comparison"] = "SPU 112 B, 7 rounds; MP-SPDZ 75 B + 39 B dealt; SIGMA 2 B + 953 B key",
        ["multiply-truncate"] = "SPU 40 B; MP-SPDZ 48 B",
        ["linear-1x576x1536"] = "SPU 21 KB with weights cached",
        ["softmax-9x512"] = "SPU 1.8 MB, 135 rounds; MP-SPDZ 5.6 MB, 171 rounds",
        ["topk-8-of-64x9"] = "SPU 0.2 MB, 420+ rounds, not oblivious; MP-SPDZ 0.82 MB, 16 rounds",
        ["topk-50-of-512x32"] = "SPU 5.8 MB, 2,500 rounds; 170 MB more to one-hot",
        ["silu"] = "SPU 1.25 KB, 55 rounds, error 2.6e-3; SIGMA 72 B + 1161 B key, 8 rounds",
        ["llama-layer-decode-512"] = "SPU 7.3 MB with weights cached, 289 rounds, 0.30 s; ABY3 6.9 MB, 430 rounds",
        ["gpt2-layer-64"] = "SPU 321 MB, 281 rounds, 4.3 s; SIGMA 55 MB, 564 rounds, 2.6 s + 1.5 GB keys",
        ["rsqrt-1024"] = "SPU 0.88 MB, 26 rounds; MP-SPDZ 0.50 MB, 47 rounds",
    };

    private static readonly Dictionary<string, Goal> Goals = new()
    {
        ["comparison"] = new(12, 80, 2, 0),
        ["multiply-truncate"] = new(32.3, 10, 2, null),
        ["linear-1x576x1536"] = new(4608, null, 1, null),
        ["softmax-9x512"] = new(150_000, null, 20, 1e-4),
        ["topk-8-of-64x9"] = new(250_000, null, 6, 0),
        ["topk-50-of-512x32"] = new(4_000_000, null, 20, 0),
        ["silu"] = new(24, null, 6, 1e-3),
        ["llama-layer-decode-512"] = new(400_000, null, 60, null),
        ["gpt2-layer-64"] = new(12_000_000, 60_000_000, 60, null),
        ["rsqrt-1024"] = new(60_000, null, 8, null),
    };

    /// <summary>What is known of other systems, in words.</summary>
    public static string Of(string row) => Figures.GetValueOrDefault(row, "");

    /// <summary>Whether a row meets its goal, in words: bytes are of an element, or of the whole row where it has one size.</summary>
    public static string Verdict(string row, double online, double dealt, long rounds, double? error)
    {
        if (!Goals.TryGetValue(row, out Goal? goal))
        {
            return "none set";
        }

        string[] misses =
        [
            .. Miss(online, goal.Online, "B online"), .. Miss(dealt, goal
                .Dealt, "B dealt"), .. Miss(rounds, goal.Rounds, "rounds"), .. Miss(error ?? 0, goal.Error, "error"),
        ];
        return misses.Length == 0 ? "met" : $"NOT met: {string.Join(", ", misses)}";
    }

    private static IEnumerable<string> Miss(double value, double? goal, string unit)
    {
        // goals are stated to three digits
        if (goal is { } most && value > most * 1.001)
        {
            yield return $"{Digits(value)} {unit} for {Digits(most)}";
        }
    }

    private static string Digits(double value) => value >= 1000 ? $"{value:N0}" : $"{value:G3}";
}
