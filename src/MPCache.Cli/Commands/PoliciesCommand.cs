using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Cache;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache policies</c>.</summary>
internal static class PoliciesCommand
{
    internal sealed record OptionLine(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("default")] string Default,
        [property: JsonPropertyName("help")] string Help);

    internal sealed record Line(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("summary")] string Summary,
        [property: JsonPropertyName("source")] string Source,
        [property: JsonPropertyName("keeps")] string Keeps,
        [property: JsonPropertyName("selects")] string Selects,
        [property: JsonPropertyName("counts_public_by_nature")] bool CountsArePublicByNature,
        [property: JsonPropertyName("options")] OptionLine[] Options);

    public static Command Create()
    {
        Option<string?> json = CommonOptions.Json("the policies");
        Argument<string?> name = new("NAME")
        {
            Description = "One policy, with its options; all by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("policies", "What --policy takes: what each policy keeps and selects, where it is from, its options.")
        {
            name, json,
        };
        command.SetAction(r =>
        {
            IReadOnlyList<CachePolicy> asked = r.GetValue(name) is { } one ? [CachePolicy.Named(one)] : CachePolicy.All;
            Line[] lines = [.. asked.Select(Of)];
            if (r.GetValue(json) is { } path)
            {
                Rendering.WriteJson(path, lines);
            }

            if (r.GetValue(json) != "-")
            {
                Show(lines, withOptions: r.GetValue(name) is not null);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Line Of(CachePolicy policy) => new(
        policy.Name,
        policy.Summary,
        policy.Source,
        policy.Keeps,
        policy.Selects,
        policy.CountsArePublicByNature,
        [.. policy.Options.Where(o => !o.IsAlias).Select(o => new OptionLine($"--{o.Name}", o.Read(policy), o.Help))]);

    private static void Show(Line[] lines, bool withOptions)
    {
        var table = new Table { Border = TableBorder.Minimal };
        table.AddColumns("policy", "source", "keeps of the prompt", "a step attends to", "counts");
        table.Columns[0].NoWrap();
        foreach (Line line in lines)
        {
            string counts = line.CountsArePublicByNature ? "public" : "fixed here";
            table.AddRow([.. new[] { line.Name, line.Source, line.Keeps, line.Selects, counts }.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
        if (!withOptions)
        {
            AnsiConsole.WriteLine("counts: \"fixed here\" where the original's depend on the prompt. mpcache policies NAME shows options; "
                + "docs/policies.md compares them.");
            return;
        }

        AnsiConsole.WriteLine(lines[0].Summary);
        var options = new Table { Border = TableBorder.Minimal };
        options.AddColumns("option", "default", "");
        options.Columns[0].NoWrap();
        foreach (OptionLine option in lines[0].Options)
        {
            options.AddRow([.. new[] { option.Name, option.Default, option.Help }.Select(Markup.Escape)]);
        }

        AnsiConsole.Write(options);
    }
}
