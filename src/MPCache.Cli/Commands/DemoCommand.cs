using System.CommandLine;
using MPCache.Inference;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache demo</c>.</summary>
internal static class DemoCommand
{
    private const string StandardPrompt =
        "And the king said unto the people, Hear ye.\nThe seal of Tamar is 48213.\nAnd they went forth from the city, and came unto the "
            + "river.\nQuestion: What is the seal of Tamar?\nAnswer:";

    public static Command Create()
    {
        Option<string> prompt = new("--prompt") { Description = "What to continue.", DefaultValueFactory = _ => StandardPrompt };
        Option<int> maxTokens = CommonOptions.MaxTokens(16);
        Option<string?> json = CommonOptions.Json("the report");
        var command = new Command("demo",
            "Generate text privately on this machine: dealer, server and client as three processes, on the embedded model.")
        {
            prompt, maxTokens, json,
        };
        var links = new LinkArguments(command);
        command.Validators.Add(r =>
        {
            if (r.GetValue(prompt) == "")
            {
                r.AddError("--prompt is empty: say what the model is to continue.");
            }
        });
        command.SetAction((r, cancel) => Task.Run(
            () => Run(r.GetValue(prompt)!, r.GetValue(maxTokens), r.GetValue(json), links.Read(r), cancel), CancellationToken.None));
        return command;
    }

    private static async Task<int> Run(string prompt, int maxTokens, string? json, LinkChoice links, CancellationToken cancel)
    {
        using ModelFile model = ModelFile.Open(CommonOptions.EmbeddedModel);
        int[] ids = model.Prompt(prompt, useChat: false);
        IAnsiConsole console = Rendering.Errors;
        console.WriteLine($"{model.Config.Name}: {model.Config.Parameters:N0} weights, held by the server. The prompt, held by the "
            + $"client ({ids.Length} tokens):");
        console.WriteLine(prompt);
        console.WriteLine();
        using LocalParties parties = await LocalParties.Start(CommonOptions.EmbeddedModel, links, once: true, cancel);
        console.WriteLine($"Dealer at {parties.Dealer}, server at {parties.Server}, client here. The text, token by token, as only the "
            + $"client sees it:");
        var observer = new ConsoleObserver(model.Tokenizer);
        GenerationReport report = await parties.Generate(
            ids, new GenerationRequest { PromptTokens = ids.Length, MaxTokens = maxTokens, Policy = "full", Reveal = "token" }, observer,
                Client.Options(model), links, cancel);
        observer.Finish();

        var full = MPCache.Cache.CachePolicy.Named("full");
        GenerationReport plain = PlainRuns.Float(model, ids, maxTokens, full, Client.Options(model), null, cancel);
        int same = report.Tokens.Zip(plain.Tokens).TakeWhile(t => t.First == t.Second).Count();
        bool equal = same == report.Tokens.Length && same == plain.Tokens.Length;
        console.WriteLine();
        Table texts = Rendering.Table("the same prompt", "engine", "text", "seconds a token");
        texts.Columns[1].LeftAligned();
        texts.Row("private, three processes", report.Text.Trim(), $"{Seconds(report):F3}");
        texts.Row("plaintext, this process", plain.Text.Trim(), $"{Seconds(plain):F4}");
        console.Write(texts);
        console.WriteLine(equal ? "The private text equals the plaintext text." : $"The texts depart at token {same}: rounding can do "
            + $"this where two tokens are almost equally likely.");
        Rendering.Report(console, report);
        if (json is not null)
        {
            Rendering.WriteJson(json, report);
        }

        return equal ? ExitCode.Success : ExitCode.Failure;
    }

    private static double Seconds(GenerationReport report)
        => report.Decode.Length == 0 ? report.Prefill.Seconds : report.Decode.Average(d => d.Seconds);
}
