using System.CommandLine;
using System.CommandLine.Help;
using MPCache.Cli;

Option<bool> verbose = new("--verbose") { Description = "Show an error's whole trace.", Recursive = true };
RootCommand root = new("Private inference of language models: a client, a server and a dealer turn a prompt into text over secret shares.")
{
    verbose,
    DemoCommand.Create(),
    GenerateCommand.Create(),
    ServerCommand.Create(),
    DealerCommand.Create(),
    PlanCommand.Create(),
    CheckCommand.Create(),
    SimilarityCommand.Create(),
    BenchCommand.Create(),
};
Examples.Attach(root);
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

return await Failure.Guard(() => parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }), parsed.GetValue(verbose));
