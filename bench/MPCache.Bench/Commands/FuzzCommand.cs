using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using MPCache.Testing;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>fuzz</c>: damaged files and records, for as long as one likes.</summary>
internal static class FuzzCommand
{
    /// <param name="Target">What read them.</param>
    /// <param name="Inputs">Damaged inputs read.</param>
    /// <param name="Outcomes">Different refusals.</param>
    /// <param name="Found">Where the input lies that was neither read nor refused; null where there is none.</param>
    private sealed record Row(
        [property: JsonPropertyName("target")] string Target,
        [property: JsonPropertyName("inputs")] long Inputs,
        [property: JsonPropertyName("outcomes")] int Outcomes,
        [property: JsonPropertyName("found")] string? Found);

    public static Command Create()
    {
        Option<string[]> targets = new("--target")
        {
            Description = "What reads the damaged inputs; all by default. May be given several times.",
            DefaultValueFactory = _ => [],
            HelpName = "NAME",
        };
        Option<int> seconds = new Option<int>("--seconds")
        {
            Description = "Seconds in all, shared out among the targets.",
            DefaultValueFactory = _ => 60,
            HelpName = "N",
        }.Positive();
        Option<int?> seed = new("--seed") { Description = "Of the damage; another each time by default.", HelpName = "N" };
        Option<string> findings = new("--findings")
        {
            Description = "Where inputs are put that were neither read nor refused.",
            DefaultValueFactory = _ => "fuzz-findings",
            HelpName = "FOLDER",
        };
        Option<string?> json = CommonOptions.Json("the counts");
        var command = new Command(
            "fuzz",
            "Read damaged model files, tokenizers, keys, masked weights and records of sessions: each must be read or refused.")
        {
            targets, seconds, seed, findings, json,
        };
        command.Measures((r, cancel) =>
        {
            FuzzTarget[] chosen = Chosen(r.GetValue(targets)!);
            int first = r.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
            Rendering.Errors.WriteLine($"--seed {first}");
            TimeSpan each = TimeSpan.FromSeconds((double)r.GetValue(seconds) / chosen.Length);
            Row[] rows = [.. chosen.Select(t => Of(t, first, each, r.GetValue(findings)!, cancel))];
            new BenchReport<Row> { Bench = command.Name, Rows = rows }.Write(r.GetValue(json), shown => Show(shown.Rows));
            Row? found = rows.FirstOrDefault(row => row.Found is not null);
            return found is null ? Task.CompletedTask : throw new InvalidDataException($"{found.Target} neither read nor refused "
                + $"{found.Found} (what it did stands beside it in a .txt). Mend it, and keep the input in "
                + $"tests/fixtures/fuzz/{found.Target}.");
        });
        return command;
    }

    private static FuzzTarget[] Chosen(string[] names)
    {
        string? unknown = names.FirstOrDefault(n => FuzzTargets.All.All(t => t.Name != n));
        return unknown is null
            ? [.. FuzzTargets.All.Where(t => names.Length == 0 || names.Contains(t.Name))]
            : throw new ArgumentException($"--target takes {string.Join(", ", FuzzTargets.All.Select(t => t.Name))}; not \"{unknown}\".");
    }

    private static Row Of(FuzzTarget target, int seed, TimeSpan time, string folder, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        Fuzzer.Result result = Fuzzer.Run(target, seed, _ => clock.Elapsed < time && !cancel.IsCancellationRequested);
        if (result.Finding is not { } finding)
        {
            return new Row(target.Name, result.Inputs, result.Outcomes, null);
        }

        string into = Path.Combine(folder, target.Name);
        Directory.CreateDirectory(into);
        string file = Path.Combine(into, Convert.ToHexStringLower(SHA256.HashData(finding.Input))[..16]);
        File.WriteAllBytes(file, finding.Input);
        File.WriteAllText(file + ".txt", finding.What);
        return new Row(target.Name, result.Inputs, result.Outcomes, file);
    }

    private static void Show(Row[] rows)
    {
        Table table = Rendering.Table("damaged inputs", "target", "inputs", "outcomes", "found");
        foreach (Row row in rows)
        {
            table.Row($"{row.Target}", $"{row.Inputs:N0}", $"{row.Outcomes:N0}", row.Found ?? "");
        }

        Rendering.Errors.Write(table);
    }
}
