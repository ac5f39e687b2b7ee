using System.CommandLine;

namespace MPCache.Bench;

/// <summary>Options that several benchmarks share, and how a benchmark's command runs.</summary>
internal static class BenchOptions
{
    public static Option<string> Model() => new("--model")
    {
        Description = "The model; the embedded one by default.",
        DefaultValueFactory = _ => CommonOptions.EmbeddedModel,
        HelpName = "FILE|FOLDER",
    };

    public static Option<string[]> Policies(params string[] standard) => new("--policy")
    {
        Description = "A policy with its options; may be given several times.",
        DefaultValueFactory = _ => standard,
        HelpName = "TEXT",
    };

    public static Option<int[]> Cache(params int[] standard) => new("--cache")
    {
        Description = "Tokens in the cache when the step begins, before anything is evicted.",
        DefaultValueFactory = _ => standard,
        HelpName = "N,N",
        CustomParser = result =>
        {
            string[] parts = [.. result.Tokens
                .SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
            string? wrong = parts.FirstOrDefault(p => !int.TryParse(p, out int n) || n <= 0);
            if (wrong is not null || parts.Length == 0)
            {
                result.AddError($"--cache takes numbers of tokens separated by commas, such as 512,1024; not \"{wrong}\".");
                return [];
            }

            return [.. parts.Select(int.Parse)];
        },
    };

    public static Option<int> Repeat(int standard) => new("--repeat")
    {
        Description = "Runs of everything that is compared, by turns.",
        DefaultValueFactory = _ => standard,
        HelpName = "N",
    };

    public static Option<string[]> Only(string what) => new("--only")
    {
        Description = what,
        DefaultValueFactory = _ => [],
        HelpName = "NAME,NAME",
        CustomParser = r => [.. r.Tokens
            .SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
    };

    public static Option<string?> Picture(string what) => new("--picture") { Description = $"Draw {what}.", HelpName = "FILE.png" };

    /// <summary>
    /// Runs a command on a thread of its own, since protocols block theirs; files that cannot be written are refused before anything long
    /// runs.
    /// </summary>
    public static void Measures(
        this Command command,
        Func<ParseResult, CancellationToken, Task> measure) => command.SetAction((result, cancel) => Task.Run(
        async () =>
        {
            foreach (Option<string?> file in command.Options.OfType<Option<string?>>()
                .Where(o => o.Name is "--json" or "--picture" or "--markdown" or "--curve"))
            {
                Rendering.CheckJson(result.GetValue(file));
            }

            await measure(result, cancel);
            return ExitCode.Success;
        }, CancellationToken.None));

    /// <summary>Refuses numbers below one.</summary>
    public static Option<int> Positive(this Option<int> option)
    {
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() < 1)
            {
                r.AddError($"{option.Name} must be at least 1.");
            }
        });
        return option;
    }
}
