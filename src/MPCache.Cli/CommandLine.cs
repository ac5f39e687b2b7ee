using System.CommandLine;
using System.CommandLine.Help;

namespace MPCache.Cli;

/// <summary>What every program of MPCache does with its command line: help with examples, one line for an error, exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="root">The program's commands.</param>
    /// <param name="examples">Examples for the help of each command, by its name; the program's own under "".</param>
    /// <param name="args">The arguments.</param>
    /// <returns>What the process returns.</returns>
    public static async Task<int> Run(RootCommand root, IReadOnlyDictionary<string, string[]> examples, string[] args)
    {
        Option<bool> verbose = new("--verbose") { Description = "Show an error's whole trace.", Recursive = true };
        root.Add(verbose);
        Examples.Attach(root, examples);
        Rendering.SetWidths();
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0 && !root.Options.OfType<HelpOption>().Any(help => parsed.GetResult(help) is not null))
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                Console.Error.WriteLine($"mpcache: {error.Message}");
            }

            Console.Error.WriteLine("--help shows what there is, with examples.");
            return ExitCode.Usage;
        }

        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
        return await Failure.Guard(() => parsed.InvokeAsync(configuration), parsed.GetValue(verbose));
    }
}
