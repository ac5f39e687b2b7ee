using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MPCache.Cli;

/// <summary>Adds examples to each command's help.</summary>
internal static class Examples
{
    /// <summary>Those of <c>mpcache</c>.</summary>
    public static IReadOnlyDictionary<string, string[]> OfTheProduct { get; } = new Dictionary<string, string[]>
    {
        [""] = ["mpcache demo", "mpcache plan --model SmolLM2-135M --prompt-tokens 512 --max-tokens 32", "mpcache check"],
        ["demo"] = ["mpcache demo", "mpcache demo --prompt \"And it came to pass\" --max-tokens 12",
            "mpcache demo --transport tcp --shape-link lan"],
        ["dealer"] = ["mpcache dealer --listen tcp://127.0.0.1:5700", "mpcache dealer --listen tcp://127.0.0.1:5700 --transport tcp"],
        ["pack"] =
        [
            "mpcache dealer pack --order scribe.order --prompt-tokens 64 --max-tokens 32 --count 10 --out packs",
            "mpcache dealer pack --order scribe.order --prompt-tokens 64 --max-tokens 32 --policy mpcache+ --out packs --json -",
        ],
        ["packs"] = ["mpcache packs describe --model model.gguf --out model.order", "mpcache packs list packs/client"],
        ["describe"] = ["mpcache packs describe --model model.gguf --out model.order"],
        ["release"] = ["mpcache packs release packs/client 0123456789ABCDEF0123456789ABCDEF --out opened.ticket"],
        ["audit"] = ["mpcache audit packs/server/0123456789ABCDEF0123456789ABCDEF.ticket --client-ticket opened.ticket --model "
            + "model.gguf"],
        ["server"] = ["mpcache server --model SmolLM2-135M-Instruct.Q4_1.gguf --listen tcp://127.0.0.1:5701 --dealer tcp://127.0.0.1:5700",
            "mpcache server --model model.gguf --listen tcp://127.0.0.1:5701 --packs packs/server"],
        ["keys"] = ["mpcache keys new --all", "mpcache keys show server", "mpcache keys trust dealer server SHA256:..."],
        ["new"] = ["mpcache keys new client", "mpcache keys new --all"],
        ["show"] = ["mpcache keys show server"],
        ["trust"] =
        [
            "mpcache keys trust client server SHA256:... --note \"the lab's\"",
            "mpcache keys trust dealer server SHA256:... --model-sha256 0b5f7a2c",
            "mpcache keys trust client $(mpcache keys show server)",
        ],
        ["list"] = ["mpcache keys list dealer", "mpcache packs list packs/server --side server --json -"],
        ["forget"] = ["mpcache keys forget server SHA256:..."],
        ["serve"] =
        [
            "mpcache serve",
            "curl http://127.0.0.1:8484/v1/completions -H 'Content-Type: application/json' -d '{\"prompt\":\"In the beginning\"}'",
            "mpcache serve --model SmolLM2-135M-Instruct.Q4_1.gguf --transport tcp",
            "mpcache serve --server tcp://127.0.0.1:5701 --dealer tcp://127.0.0.1:5700 --tokenizer model.gguf --queue 4",
        ],
        ["chat"] =
        [
            "mpcache chat --model SmolLM2-135M-Instruct.Q4_1.gguf",
            "mpcache chat --server tcp://127.0.0.1:5701 --dealer tcp://127.0.0.1:5700 --tokenizer model.gguf --system \"Answer briefly.\"",
        ],
        ["generate"] =
        [
            "mpcache generate --server tcp://127.0.0.1:5701 --dealer tcp://127.0.0.1:5700 --tokenizer model.gguf --chat --prompt \"What "
                + "is the capital of France?\"",
            "mpcache generate --server tcp://127.0.0.1:5701 --packs packs/client --tokenizer model.gguf --prompt \"Once upon a time\"",
            "mpcache generate --local --model model.gguf --prompt-file question.txt --max-tokens 64 --json report.json",
            "mpcache generate --local --model model.gguf --prompt \"Once upon a time\" --transport tcp --shape-link wan --shape-dealer",
            "mpcache generate --local --model model.gguf --prompt \"Once upon a time\" --temperature 0.8 --top-k 40 --top-p 0.95 --seed 7 --stop \".\"",
            "mpcache generate --local --model model.gguf --chat --prompt-file code.txt --draft ngram --draft-tokens 6 --shape-link wan",
            "mpcache generate --plain --model model.gguf --prompt \"Once upon a time\"",
            "mpcache generate --local --model model.gguf --chat --system \"Answer in one word.\" --messages earlier.json --prompt \"And "
                + "of Spain?\"",
            "cat letter.txt | mpcache generate --local --model model.gguf --prompt-file -",
        ],
        ["plan"] = ["mpcache plan --model LLaMA-7B --prompt-tokens 1024 --max-tokens 64 --link wan",
            "mpcache plan --model model.gguf --prompt-tokens 100 --max-tokens 10 --link 5,500 --json -",
            "mpcache plan --model SmolLM2-135M --prompt-tokens 512 --max-tokens 64 --draft-tokens 4 --link wan",
            "mpcache plan --model LLaMA-7B --prompt-tokens 1024 --max-tokens 2 --policy mpcache --prices spu",
            "mpcache plan --model SmolLM2-135M --prompt-tokens 512 --temperature 0.8 --top-k 40 --top-p 0.95"],
        ["policies"] = ["mpcache policies", "mpcache policies quest", "mpcache policies --json policies.json"],
        ["check"] = ["mpcache check", "mpcache check --model model.gguf --json"],
    };

    public static void Attach(RootCommand root, IReadOnlyDictionary<string, string[]> examples)
    {
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction standard } help)
            {
                help.Action = new WithExamples(standard, examples);
            }
        }
    }

    private sealed class WithExamples(HelpAction standard, IReadOnlyDictionary<string, string[]> examples) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int result = standard.Invoke(parseResult);
            Command command = parseResult.CommandResult.Command;
            if (examples.TryGetValue(command is RootCommand ? "" : command.Name, out string[]? lines))
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
