using System.CommandLine;
using System.Diagnostics;
using MPCache.Cache;
using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Cli;

/// <summary><c>mpcache bench recall</c>: what a cache policy loses, in the clear.</summary>
internal static class RecallCommand
{
    private const int AnswerTokens = 16;

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "The model; the embedded one by default.", DefaultValueFactory = _ => CommonOptions.EmbeddedModel, HelpName = "FILE|FOLDER" };
        Option<string[]> policies = new("--policy") { Description = "A policy with its options; may be given several times.", DefaultValueFactory = _ => ["full", "window", "mpcache", "mpcache+"], HelpName = "TEXT" };
        Option<int> prompts = new("--prompts") { Description = "Prompts of the suite of planted facts.", DefaultValueFactory = _ => RecallSuite.DefaultPrompts, HelpName = "N" };
        Option<bool> passKeys = new("--pass-keys") { Description = "Pass keys at 300, 900 and 1,500 tokens instead, for chat models." };
        var command = new Command("recall", "How many planted facts a model still answers under each cache policy, run in the clear in floating point.") { model, policies, prompts, passKeys };
        command.SetAction((r, cancel) => Task.Run(() =>
        {
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            CachePolicy[] parsed = [.. r.GetValue(policies)!.Select(CachePolicy.Parse)];
            bool chat = r.GetValue(passKeys) && file.Chat is { Recognised: true };
            int Count(string text) => file.Prompt(text, chat).Length;
            IReadOnlyList<RecallPrompt> suite = r.GetValue(passKeys) ? RecallSuite.PassKeys(Count) : RecallSuite.Create(Count, prompts: r.GetValue(prompts));
            Run(file, suite, parsed, chat, cancel);
            return ExitCode.Success;
        }, CancellationToken.None));
        return command;
    }

    private static void Run(ModelFile file, IReadOnlyList<RecallPrompt> suite, CachePolicy[] policies, bool chat, CancellationToken cancel)
    {
        var weights = new FloatWeights(file);
        Console.WriteLine("answered  attended  seconds  policy");
        foreach (CachePolicy policy in policies)
        {
            var clock = Stopwatch.StartNew();
            int answered = 0;
            long attended = 0, full = 0;
            foreach (RecallPrompt prompt in suite)
            {
                cancel.ThrowIfCancellationRequested();
                var program = new FloatProgram(weights, policy);
                List<int> answer = [FloatProgram.Largest(program.Prompt(file.Prompt(prompt.Text, chat)))];
                while (answer.Count < AnswerTokens && !file.Config.EndTokens.Contains(answer[^1]))
                {
                    answer.Add(FloatProgram.Largest(program.Step([answer[^1]])));
                }

                answered += prompt.IsAnsweredBy(file.Tokenizer.Decode([.. answer])) ? 1 : 0;
                attended += program.Attention.Attended;
                full += program.Attention.Full;
            }

            Console.WriteLine($"{$"{answered}/{suite.Count}",8}  {(double)attended / full,8:P1}  {clock.Elapsed.TotalSeconds,7:F0}  {policy.ToText()}");
        }
    }
}
