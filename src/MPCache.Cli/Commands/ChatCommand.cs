using System.CommandLine;
using MPCache.Client;
using MPCache.Models;

namespace MPCache.Cli;

/// <summary><c>mpcache chat</c>.</summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        Option<string> system = new("--system")
        {
            Description = "What the model is told before the conversation, in place of the template's own words.",
            HelpName = "TEXT",
        };
        var command = new Command("chat",
            "Hold a conversation in the terminal; what each turn cost stands below it. /new begins anew, /quit or the input's end leaves.")
        {
            system,
        };
        var model = new ModelArguments(command);
        command.SetAction((r, cancel) => Task.Run(
            () => model.Use(r, 0, opened => Converse(opened, r.GetValue(system), cancel), cancel), CancellationToken.None));
        return command;
    }

    private static async Task<int> Converse(PrivateModel model, string? system, CancellationToken cancel)
    {
        Console.Error.WriteLine($"{model.Name}{(model.ChatForm is null ? ": no chat template, so it goes on with your text" : "")}");
        List<ChatMessage> said = Beginning();
        while (Ask(cancel) is { } line && line != "/quit")
        {
            if (line == "/new")
            {
                said = Beginning();
            }
            else if (line.Length > 0)
            {
                said.Add(new ChatMessage("user", line));
                try
                {
                    said.Add(new ChatMessage("assistant", await Answer(model, said, cancel)));
                }
                catch (ArgumentException e)
                {
                    said.RemoveAt(said.Count - 1);
                    Console.Error.WriteLine($"{e.Message} /new begins anew.");
                }
            }
        }

        return ExitCode.Success;

        List<ChatMessage> Beginning() => system is null ? [] : [new ChatMessage("system", system)];
    }

    private static string? Ask(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Console.Error.Write("> ");
        return Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancel).GetAwaiter().GetResult();
    }

    private static async Task<string> Answer(PrivateModel model, List<ChatMessage> said, CancellationToken cancel)
    {
        string text = "";
        await foreach (GenerationEvent happened in model.Generate(model.Encode(said), new AnswerOptions(), cancel: cancel))
        {
            switch (happened)
            {
                case GenerationEvent.Piece piece:
                    Console.Write(piece.Text);
                    Console.Out.Flush();
                    break;
                case GenerationEvent.Finished done:
                    text = done.Text;
                    Console.WriteLine();
                    Console.Error.WriteLine(Cost(done.Report));
                    break;
                default:
                    break;
            }
        }

        return text;
    }

    private static string Cost(GenerationReport report)
    {
        PhaseLine[] all = [report.Prefill, .. report.Decode];
        double seconds = report.Decode.Sum(d => d.Seconds);
        string speed = report.Decode.Length == 0 ? "" : FormattableString.Invariant($", {report.Decode.Length / seconds:F1} tokens/s");
        return $"[{report.PromptIds.Length} + {report.Tokens.Length} tokens: "
            + FormattableString.Invariant($"set-up {report.Setup.Seconds:F1} s, ")
            + FormattableString.Invariant($"prompt {report.Prefill.Seconds:F1} s, answer {seconds:F1} s{speed}; ")
            + $"{all.Sum(p => p.Rounds):N0} rounds, "
            + $"{Rendering.Bytes(all.Sum(p => p.Bytes.ClientToServer + p.Bytes.ServerToClient))} online, "
            + $"{Rendering.Bytes(all.Sum(p => p.Bytes.DealerToServer))} dealt]";
    }
}
