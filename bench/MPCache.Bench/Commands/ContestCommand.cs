using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Bench;

/// <summary><c>policies</c>: every cache policy at equal budgets, answers in the clear and exact private costs.</summary>
internal static class ContestCommand
{
    public static Command Create()
    {
        Option<string> model = BenchOptions.Model();
        Option<string[]> policies = BenchOptions.Policies([.. CachePolicy.All.Select(p => p.Name)]);
        Option<double[]> budgets = new("--budget")
        {
            Description = "Shares of the prompt that a step attends to.",
            DefaultValueFactory = _ => [0.05, 0.1, 0.2, 0.4],
            HelpName = "SHARE,SHARE",
            CustomParser = result =>
            {
                string[] words = [.. result.Tokens.SelectMany(t => t.Value.Split(','))];
                double[] shares = [.. words.Select(w => double.TryParse(w, CultureInfo.InvariantCulture, out double v) ? v : 0)];
                if (shares.Any(s => s is not (> 0 and < 1)))
                {
                    result.AddError("--budget takes shares between 0 and 1, such as 0.05,0.1.");
                }

                return shares;
            },
        };
        var tasks = new Option<string[]>("--tasks")
        {
            Description = $"Tasks, of {string.Join(", ", PolicyTasks.All)}; all by default.",
            DefaultValueFactory = _ => [.. PolicyTasks.All],
            HelpName = "NAME,NAME",
            CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(','))],
        };
        Option<int> prompts = new("--prompts") { Description = "Prompts of each task.", DefaultValueFactory = _ => 100, HelpName = "N" };
        Option<int> shortest = new("--shortest")
        {
            Description = "Tokens of the shortest prompt.",
            DefaultValueFactory = _ => 256,
            HelpName = "N",
        };
        Option<int> longest = new("--longest") { Description = "Tokens of the longest.", DefaultValueFactory = _ => 2000, HelpName = "N" };
        Option<int> priced = new("--priced")
        {
            Description = "Tokens of the prompt after which costs are given.",
            DefaultValueFactory = _ => 1024,
            HelpName = "N",
        };
        Option<int> seed = new("--seed") { Description = "Another seed, other prompts.", DefaultValueFactory = _ => 21, HelpName = "N" };
        Option<int> sample = new("--private")
        {
            Description = "Run so many prompts privately too, at the second budget (or the only one), and compare the texts.",
            HelpName = "N",
        };
        Option<string[]> from = new("--from")
        {
            Description = "Run nothing: put together what --json wrote in several runs, of other tasks or policies.",
            HelpName = "FILE.json",
        };
        Option<string?> json = CommonOptions.Json("the rows");
        Option<string?> picture = BenchOptions.Picture("answers against bytes a token");
        Option<string?> markdown = new("--markdown") { Description = "Write the leaderboard into a page.", HelpName = "FILE.md" };
        var command = new Command("policies", "Every cache policy at equal budgets: answers in the clear, exact private costs.")
        {
            model, policies, budgets, tasks, prompts.Positive(), shortest.Positive(), longest.Positive(), priced.Positive(), seed, sample,
            from, json, picture, markdown,
        };
        command.Measures(async (r, cancel) =>
        {
            BenchReport<PolicyRow> report;
            if (r.GetValue(from) is { Length: > 0 } files)
            {
                report = Together([.. files.Select(Read)]);
            }
            else
            {
                using ModelFile file = ModelFile.Open(r.GetValue(model)!);
                string[] asked = r.GetValue(tasks)!;
                if (asked.Except(PolicyTasks.All).FirstOrDefault() is { } unknown)
                {
                    throw new ArgumentException($"--tasks {unknown}: there are {string.Join(", ", PolicyTasks.All)}.");
                }

                IEnumerable<CachePolicy> contestants = r.GetValue(policies)!.Select(CachePolicy.Parse).Where(p => !p.IsFull);
                PolicyContest.Entry[] entries =
                [
                    new(CachePolicy.Named("full"), 1),
                    .. from policy in contestants from budget in r.GetValue(budgets)! select new PolicyContest.Entry(policy, budget),
                ];
                var contest = new PolicyContest(file, entries, cancel);
                (int prompt, int low, int high, int of) = (r.GetValue(priced), r.GetValue(shortest), r.GetValue(longest), r.GetValue(seed));
                var answers = new Dictionary<string, Rate[]>();
                foreach (string task in asked.Where(PolicyTasks.Answered.Contains))
                {
                    Func<string, int> count = text => file.Prompt(text, false).Length;
                    answers[task] = contest.Answer(PolicyTasks.Create(task, count, of, r.GetValue(prompts), low, high));
                    if (answers[task][0].Value < 0.2)
                    {
                        Console.Error.WriteLine($"{task} is left out: with the full cache {answers[task][0].Right} of "
                            + $"{answers[task][0].Of} are answered.");
                        answers.Remove(task);
                    }
                }

                double[]? perplexity = asked.Contains(PolicyTasks.Perplexity)
                    ? contest.Perplexity(Math.Max(1, r.GetValue(prompts) / 4), high, of)
                    : null;
                FixedPointPlan plan = Calibration.Run(file, new FloatWeights(file)).Plan;
                PolicyRow[] rows = [.. entries.Select((entry, e) => new PolicyRow
                {
                    Policy = entry.Policy.ToText(),
                    Budget = entry.Budget,
                    Text = entry.For(prompt).ToText(),
                    Tasks = answers.ToDictionary(a => a.Key, a => a.Value[e]),
                    Perplexity = perplexity?[e],
                    Attended = contest.Attended(e),
                    Costs = PolicyCosts.Of(file.Config, plan, entry.For(prompt).ToText(), prompt),
                })];
                if (r.GetValue(sample) is > 0 and int some)
                {
                    rows = await Privately(file, r.GetValue(model)!, entries, rows, some, of, cancel);
                }

                report = new() { Bench = command.Name, Model = ProperName.Of(file.Config), Rows = rows };
            }

            report.Write(r.GetValue(json), Show);
            if (r.GetValue(picture) is { } png)
            {
                PolicyPicture.Draw(report, png);
            }

            if (r.GetValue(markdown) is { } page)
            {
                PolicyPage.Write(report, page, r.GetValue(picture));
            }
        });
        return command;
    }

    /// <summary>Short prompts under each policy at one budget, between three processes.</summary>
    private static async Task<PolicyRow[]> Privately(
        ModelFile file, string path, PolicyContest.Entry[] entries, PolicyRow[] rows, int sample, int seed, CancellationToken cancel)
    {
        const int tokens = 256;
        double[] budgets = [.. entries.Select(e => e.Budget).Where(b => b < 1).Distinct()];
        double budget = budgets.ElementAtOrDefault(budgets.Length > 1 ? 1 : 0);
        int[] run = [.. Enumerable.Range(0, entries.Length).Where(e => entries[e].Budget == 1 || entries[e].Budget == budget)];
        IReadOnlyList<RecallPrompt> suite = PolicyTasks.Create(
            "needle", text => file.Prompt(text, false).Length, seed, sample, tokens, tokens);
        PrivateSample[] samples = await new PrivateRecall(file, path, chat: false, cancel).Run(
            suite, [.. run.Select(e => entries[e].For(tokens))], sample, new RecallRun(file, chat: false));
        return [.. rows.Select((row, e) => Array.IndexOf(run, e) is >= 0 and int at ? row with { Private = samples[at] } : row)];
    }

    /// <summary>Rows of several reports; of a task that several have, the first report's.</summary>
    private static BenchReport<PolicyRow> Together(BenchReport<PolicyRow>[] reports) => reports[0] with
    {
        Rows =
        [
            .. reports.SelectMany(r => r.Rows).GroupBy(r => (r.Policy, r.Budget)).Select(rows => rows.First() with
            {
                Tasks = rows.SelectMany(r => r.Tasks).DistinctBy(t => t.Key).ToDictionary(),
                Perplexity = rows.FirstOrDefault(r => r.Perplexity is not null)?.Perplexity,
                Private = rows.FirstOrDefault(r => r.Private is not null)?.Private,
                Attended = rows.Where(r => r.Tasks.Count > 0).Select(r => r.Attended).DefaultIfEmpty(rows.First().Attended).Average(),
            }),
        ],
    };

    private static BenchReport<PolicyRow> Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<BenchReport<PolicyRow>>(File.ReadAllText(path)) is { Rows.Length: > 0 } report
                ? report
                : throw new ArgumentException($"{path} holds no rows.");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{path} is not what policies --json writes: {e.Message}", e);
        }
    }

    private static void Show(BenchReport<PolicyRow> report)
    {
        Table table = Rendering.Table(
            "policies", "policy", "budget", "answered", "95 %", "attended", "a token: online", "dealt", "rounds", "once: online");
        foreach (PolicyRow row in report.Rows)
        {
            table.Row(
                row.Policy, $"{row.Budget:P0}", $"{row.All.Right} of {row.All.Of}", $"{row.All.Low:P0} to {row.All.High:P0}",
                $"{row.Attended:P0}", Rendering.Bytes(row.Costs.Token.Online), Rendering.Bytes(row.Costs.Token.Dealt),
                $"{row.Costs.Token.Rounds:N0}", Rendering.Bytes(row.Costs.Once.Online));
        }

        AnsiConsole.Write(table);
    }
}
