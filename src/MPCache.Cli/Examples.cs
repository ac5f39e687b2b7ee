using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MPCache.Cli;

/// <summary>Adds examples to each command's help.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByCommand = new()
    {
        ["mpcache"] = ["mpcache demo", "mpcache plan --model SmolLM2-135M --prompt-tokens 512 --max-tokens 32", "mpcache check"],
        ["demo"] = ["mpcache demo", "mpcache demo --prompt \"And it came to pass\" --max-tokens 12", "mpcache demo --transport tcp --shape-link lan"],
        ["dealer"] = ["mpcache dealer --listen tcp://127.0.0.1:5700", "mpcache dealer --listen tcp://127.0.0.1:5700 --transport tcp"],
        ["server"] = ["mpcache server --model SmolLM2-135M-Instruct.Q4_1.gguf --listen tcp://127.0.0.1:5701 --dealer tcp://127.0.0.1:5700"],
        ["generate"] =
        [
            "mpcache generate --server tcp://127.0.0.1:5701 --dealer tcp://127.0.0.1:5700 --tokenizer model.gguf --chat --prompt \"What is the capital of France?\"",
            "mpcache generate --local --model model.gguf --prompt-file question.txt --max-tokens 64 --json report.json",
            "mpcache generate --local --model model.gguf --prompt \"Once upon a time\" --transport tcp --shape-link wan --shape-dealer",
            "mpcache generate --plain --model model.gguf --prompt \"Once upon a time\"",
        ],
        ["plan"] = ["mpcache plan --model LLaMA-7B --prompt-tokens 1024 --max-tokens 64 --link wan", "mpcache plan --model model.gguf --prompt-tokens 100 --max-tokens 10 --link 5,500 --json -"],
        ["check"] = ["mpcache check", "mpcache check --model model.gguf --json"],
        ["bench"] = ["mpcache bench protocols", "mpcache bench transport", "mpcache bench greedy --model model.gguf --reference greedy.json"],
        ["protocols"] = ["mpcache bench protocols --only comparison", "mpcache bench protocols --json protocols.json --markdown table.md", "mpcache bench protocols --transport tcp"],
        ["decode"] = ["mpcache bench decode --cache 128,512,2048 --policy full --policy mpcache+ --transport tcp", "mpcache bench decode --model model.gguf --shape-link lan --json decode.json"],
        ["layer"] = ["mpcache bench layer --shape smollm2 --cache 2048 --policy full --policy mpcache+", "mpcache bench layer --shape llama-7b --cache 1024 --policy full --policy mpcache --policy mpcache+ --json layer.json", "mpcache bench layer --shape gpt2 --cache 0 --tokens 64"],
        ["ablation"] =
        [
            "mpcache bench ablation --cache 512,1024", "mpcache bench ablation --model SmolLM2-135M-Instruct.Q4_1.gguf --cache 512,1024,2048,4096 --json ablation.json --picture ablation.png",
            "mpcache bench ablation --plan LLaMA-7B --cache 512,1024,2016",
        ],
        ["transport"] = ["mpcache bench transport", "mpcache bench transport --json transport.json"],
        ["greedy"] = ["mpcache bench greedy --model model.gguf --reference greedy.json --longest 60 --only capital,list", "mpcache bench greedy --model model.gguf --reference greedy.json --transport tcp --shape-link lan", "mpcache bench greedy --model model.gguf --reference greedy.json --longest 1000 --only passkey-900 --policy mpcache+"],
        ["recall"] = ["mpcache bench recall --prompts 60", "mpcache bench recall --policy full --policy \"mpcache+ --budget 96\" --seed 2", "mpcache bench recall --curve recall.png --json recall.json"],
        ["similarity"] = ["mpcache similarity --prompt-file text.txt", "mpcache similarity --model model.gguf --prompt-file text.txt --ratio 0.1 --json similarity.json --picture similarity.png"],
    };

    public static void Attach(RootCommand root)
    {
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction standard } help)
            {
                help.Action = new WithExamples(standard);
            }
        }
    }

    private sealed class WithExamples(HelpAction standard) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int result = standard.Invoke(parseResult);
            Command command = parseResult.CommandResult.Command;
            if (ByCommand.TryGetValue(command is RootCommand ? "mpcache" : command.Name, out string[]? lines))
            {
                Console.WriteLine("Examples:");
                foreach (string line in lines)
                {
                    Console.WriteLine($"  {line}");
                }

                Console.WriteLine();
            }

            return result;
        }
    }
}
