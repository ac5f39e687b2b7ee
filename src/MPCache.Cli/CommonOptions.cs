using System.CommandLine;

namespace MPCache.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The embedded model, beside the program.</summary>
    public static string EmbeddedModel => Path.Combine(AppContext.BaseDirectory, "models", "scribe-5m.gguf");

    public static Option<string> Model(bool required, string text) => new("--model") { Description = text, Required = required, HelpName = "FILE|FOLDER" };

    public static Option<int> MaxTokens(int standard) => new("--max-tokens") { Description = "Tokens to generate at most.", DefaultValueFactory = _ => standard, HelpName = "N" };

    public static Option<string> Reveal()
    {
        var option = new Option<string>("--reveal")
        {
            Description = "What the client learns at each step: the chosen token, or all logits (cheaper, and it tells more of the model).",
            DefaultValueFactory = _ => "token",
        };
        option.AcceptOnlyFromAmong("token", "logits");
        return option;
    }

    public static Option<string?> Json(string what) => new("--json") { Description = $"Write {what} as JSON to a file, - for standard output.", HelpName = "FILE" };

    public static Option<bool> Insecure() => new("--insecure-transport")
    {
        Description = "Allow addresses beyond this machine although channels are not encrypted: whoever reads the links can put the shares together.",
    };

    public static Option<string> Address(string name, string text, bool required) => new(name) { Description = text, Required = required, HelpName = "tcp://HOST:PORT" };
}
