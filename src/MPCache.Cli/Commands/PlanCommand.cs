using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache plan</c>.</summary>
internal static class PlanCommand
{
    internal sealed record Link(
        [property: JsonPropertyName("rtt_ms")] double RoundTripMs,
        [property: JsonPropertyName("mbit_s")] double MegabitsPerSecond);

    internal sealed record Phase(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("rounds")] long Rounds,
        [property: JsonPropertyName("client_to_server")] long ToServer,
        [property: JsonPropertyName("server_to_client")] long ToClient,
        [property: JsonPropertyName("dealer_to_server")] long Dealt,
        [property: JsonPropertyName("link_seconds")] double? Seconds);

    /// <summary>A whole generation where each pass gives so many tokens.</summary>
    internal sealed record DraftLine(
        [property: JsonPropertyName("tokens_a_pass")] int TokensAPass,
        [property: JsonPropertyName("passes")] int Passes,
        [property: JsonPropertyName("all_passes")] Phase All,
        [property: JsonPropertyName("link_seconds_a_token")] double? SecondsAToken);

    internal sealed record Plan(
        [property: JsonPropertyName("model")] string Model,
        [property: JsonPropertyName("policy")] string Policy,
        [property: JsonPropertyName("prompt_tokens")] int PromptTokens,
        [property: JsonPropertyName("max_tokens")] int MaxTokens,
        [property: JsonPropertyName("setup_bytes")] long SetupBytes,
        [property: JsonPropertyName("link")] Link? Link,
        [property: JsonPropertyName("phases")] Phase[] Phases,
        [property: JsonPropertyName("stages")] Phase[] Stages,
        [property: JsonPropertyName("dealt_by_kind")] Dictionary<string, long> DealtByKind,
        [property: JsonPropertyName("drafts")] DraftLine[] Drafts)
    {
        [JsonPropertyName("spu"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public SpuPrices.Line[]? Spu { get; init; }
    }

    public static Command Create()
    {
        Option<string> model = new("--model")
        {
            Description = $"A model file or folder, or a name: "
            + $"{string.Join(", ", ModelConfig.KnownNames)}.",
            Required = true,
            HelpName = "FILE|NAME"
        };
        Option<int> promptTokens = new("--prompt-tokens") { Description = "Tokens of the prompt.", Required = true, HelpName = "P" };
        Option<int> maxTokens = CommonOptions.MaxTokens(32);
        Option<string> reveal = CommonOptions.Reveal();
        Option<int> inFlight = CommonOptions.InFlight();
        Option<int?> drafts = DraftArguments.Tokens();
        Option<string> link = new("--link") { Description = $"Time on a link: {LinkSpeed.Syntax}.", HelpName = "lan|wan|RTT,BANDWIDTH" };
        Option<string?> prices = new("--prices")
        {
            Description = "Also what attention over the cache would cost a token in another engine, by its published prices: spu.",
            HelpName = "spu",
        };
        prices.AcceptOnlyFromAmong("spu");
        Option<string?> json = CommonOptions.Json("the plan");
        var command = new Command("plan", "Exact rounds and bytes of a generation before anything runs; no weights are needed.") {
            model,
            promptTokens,
            maxTokens,
            reveal,
            inFlight,
            drafts,
            link,
            prices,
            json };
        var policy = new PolicyArguments(command);
        var sampling = new SamplingArguments(command);
        command.SetAction(r =>
        {
            var request = new GenerationRequest
            {
                PromptTokens = r.GetValue(promptTokens),
                MaxTokens = r.GetValue(maxTokens),
                Policy = policy.Read(r).ToText(),
                Reveal = r.GetValue(reveal)!,
                InFlight = r.GetValue(inFlight),
                DraftTokens = r.GetValue(drafts) ?? 0,
            };
            Plan plan = Make(r.GetValue(model)!, request, sampling.Read(r), r.GetValue(link));
            if (r.GetValue(prices) is not null)
            {
                (ModelConfig config, FixedPointPlan numbers) = Resolve(r.GetValue(model)!);
                plan = plan with { Spu = SpuPrices.Of(config, numbers, request) };
            }

            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, plan);
            }

            if (r.GetValue(json) != "-")
            {
                Show(plan);
                if (plan.Spu is { } spu)
                {
                    SpuPrices.Show(spu);
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    internal static Plan Make(string model, GenerationRequest request, SamplingOptions sampling, string? linkText)
    {
        (ModelConfig config, FixedPointPlan numbers) = Resolve(model);
        request = request.For(sampling, numbers, config.Vocabulary);
        request.Check(config);
        Link? link = ParseLink(linkText);
        using var costs = new CostModel(config, numbers, request);
        var phases = new List<Phase> { Line("prompt", costs.Prefill(), link) };
        Cost total = default;
        for (int i = 1; i < request.MaxTokens; i++)
        {
            Cost cost = costs.Decode();
            total += cost;
            if (i == 1 || i == request.MaxTokens - 1)
            {
                phases.Add(Line($"token {i + 1}", cost, link));
            }
        }

        phases.Add(Line("in all", costs.Tally.Total, link));
        return new Plan(
            config.Name,
            request.Policy,
            request.PromptTokens,
            request.MaxTokens,
            new ModelLayout(config).Bytes,
            link,
            [.. phases],
            [.. costs.Tally.Stages.Select(s => Line(s.Name, s.Cost, link)).Where(s => s.Rounds + s.Dealt + s.ToServer > 0)],
            costs.DealtByKind,
            request.DraftTokens == 0
                ? []
                : [.. Enumerable.Range(1, request.DraftTokens + 1).Select(kept => Drafted(config, numbers, request, kept, link))]);
    }

    /// <summary>All passes after the prompt, each of all its rows, of which so many stay.</summary>
    private static DraftLine Drafted(ModelConfig config, FixedPointPlan numbers, GenerationRequest request, int kept, Link? link)
    {
        using var costs = new CostModel(config, numbers, request with { FillCache = true }); // the prompt is not what is asked for
        costs.Prefill();
        Cost all = default;
        int passes = 0;
        for (int left = request.MaxTokens - 1; left > 0; passes++)
        {
            int rows = Math.Min(request.DraftTokens + 1, left), stay = Math.Min(kept, rows);
            all += costs.Decode(rows);
            costs.Keep(stay);
            left -= stay;
        }

        Phase line = Line($"{kept} a pass: {passes:N0} passes", all, link);
        return new DraftLine(kept, passes, line, line.Seconds / Math.Max(1, request.MaxTokens - 1));
    }

    private static (ModelConfig Config, FixedPointPlan Numbers) Resolve(string model)
    {
        if (!File.Exists(model) && !Directory.Exists(model))
        {
            ModelConfig known = ModelConfig.Known(model)
                ?? throw new ArgumentException($"\"{model}\" is neither a file nor a known model. Known: "
                    + $"{string.Join(", ", ModelConfig.KnownNames)}.");
            return (known, FixedPointPlan.Typical(known));
        }

        using ModelFile file = ModelFile.Open(model);
        return (file.Config, Calibration.Run(file, new FloatWeights(file)).Plan);
    }

    internal static Link? ParseLink(string? text)
        => text is null ? null : LinkSpeed.Parse(text, "--link") is var l ? new Link(l.RoundTripMs, l.MegabitsPerSecond) : null;

    internal static Phase Line(string name, Cost cost, Link? link)
    {
        // Each round waits once for the other side; both directions send at the same time; the dealer has a link of its own.
        double? seconds = link is null ? null
            : (cost.Rounds * link.RoundTripMs / 2000)
                + (8e-6 * Math.Max(Math.Max(cost.ToServer, cost.ToClient), cost.Dealt) / link.MegabitsPerSecond);
        return new Phase(name, cost.Rounds, cost.ToServer, cost.ToClient, cost.Dealt, seconds);
    }

    private static void Show(Plan plan)
    {
        void Print(string title, IEnumerable<Phase> rows)
        {
            string[] columns = ["", "rounds", "client to server", "server to client", "dealt to server", .. plan.Link is null
                ? (string[])[]
                : ["seconds on the link"]];
            Table table = Rendering.Table(title, columns);
            foreach (Phase p in rows)
            {
                table.Row([p.Name, $"{p.Rounds:N0}", Rendering.Bytes(p.ToServer), Rendering.Bytes(p.ToClient), Rendering.Bytes(
                    p.Dealt), .. p.Seconds is { } s ? (string[])[$"{s:N2}"] : []]);
            }

            AnsiConsole.Write(table);
        }

        AnsiConsole.WriteLine($"{plan.Model}, {plan.PromptTokens} tokens of prompt, {plan.MaxTokens} to generate, policy {plan.Policy}. "
            + $"Once per client: {Rendering.Bytes(plan.SetupBytes)} of masked weights.");
        Print("phases", plan.Phases);
        if (plan.Drafts.Length > 0)
        {
            Print("verifying drafts: all passes after the prompt, by the tokens that each gives", plan.Drafts.Select(d => d.All));
        }

        Print("stages, in all", plan.Stages);
        Table kinds = Rendering.Table("dealt in all, by kind of correlation", "", "bytes", "share");
        foreach ((string kind, long bytes) in plan.DealtByKind.OrderByDescending(k => k.Value))
        {
            kinds.Row(kind, Rendering.Bytes(bytes), $"{100.0 * bytes / plan.DealtByKind.Values.Sum():N1} %");
        }

        AnsiConsole.Write(kinds);
        if (plan.Link is not null)
        {
            AnsiConsole.WriteLine($"Time on a link of {plan.Link.RoundTripMs} ms round trip and {plan.Link.MegabitsPerSecond} Mb/s, "
                + $"latency and bandwidth only: computing is not counted.");
        }
    }
}
