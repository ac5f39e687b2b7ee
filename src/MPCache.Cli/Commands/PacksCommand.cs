using System.CommandLine;
using MPCache.Models;
using MPCache.Protocols;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache packs</c>.</summary>
internal static class PacksCommand
{
    public static Command Create() => new("packs", "What was dealt ahead: order it, list it, give a part away for an audit.")
    {
        Describe(), List(), Release(),
    };

    private static Command Describe()
    {
        Option<string> model = CommonOptions.Model(required: true, "The server's model.");
        Option<string> output = new("--out") { Description = "The file to write.", Required = true, HelpName = "FILE" };
        var command = new Command(
            "describe",
            "At the server: write what a dealer needs to deal ahead for a model, its public description and the seed of B. The file is for "
                + "the dealer alone: a client that had it could read the weights.")
        {
            model, output,
        };
        command.SetAction(r =>
        {
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            using ServerModel loaded = ServerModel.Load(file, MaskedWeightsFile.DefaultFolder, null,
                line => Console.Error.WriteLine($"warning: {line}"));
            loaded.Order().Write(r.GetValue(output)!);
            Console.WriteLine($"{r.GetValue(output)} is for the dealer alone: mpcache dealer pack --order {r.GetValue(output)} ...");
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> Folder() => new("FOLDER") { Description = "A party's folder of packs." };

    private static Command List()
    {
        Argument<string> folder = Folder();
        Option<Role> side = new("--side")
        {
            Description = "Whose folder it is, client or server; by default what its name says.",
            HelpName = "client|server",
            DefaultValueFactory = _ => Role.Cost,
        };
        Option<string?> json = CommonOptions.Json("the list");
        var command = new Command("list", "Which packs are unused, spent or damaged, and what each is for.") { folder, side, json };
        command.SetAction(r =>
        {
            string path = r.GetValue(folder)!;
            Role role = r.GetValue(side);
            if (role is not (Role.Client or Role.Server))
            {
                role = Path.GetFileName(Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar)) switch
                {
                    "client" => Role.Client,
                    "server" => Role.Server,
                    _ => throw new ArgumentException($"Whose folder is {path}? Say --side client or --side server."),
                };
            }

            IReadOnlyList<PackLine> lines = CommonOptions.Store(path, role)!.List();
            if (r.GetValue(json) is { } file)
            {
                Rendering.WriteJson(file, lines);
            }

            if (r.GetValue(json) != "-")
            {
                Show(lines);
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static void Show(IReadOnlyList<PackLine> lines)
    {
        Table table = Rendering.Table("packs", "pack", "state", "model", "prompt", "new", "policy", "corrections", "");
        foreach (PackLine line in lines)
        {
            table.Row(line.Id, line.State, line.Model, $"{line.PromptTokens}", $"{line.MaxTokens}", line.Policy,
                Rendering.Bytes(line.DealtBytes), line.Detail);
        }

        AnsiConsole.Write(table);
    }

    private static Command Release()
    {
        Argument<string> folder = Folder();
        Argument<string> pack = new("PACK") { Description = "The pack's name." };
        Option<string> output = new("--out") { Description = "The file to write.", Required = true, HelpName = "FILE" };
        var command = new Command(
            "release",
            "At the client: give its ticket of an unused pack away, so that the server can audit the pack. The pack is spent by that.")
        {
            folder, pack, output,
        };
        command.SetAction(r =>
        {
            CommonOptions.Store(r.GetValue(folder), Role.Client)!.Release(r.GetValue(pack)!, r.GetValue(output)!);
            Console.WriteLine($"{r.GetValue(output)} is for the server: mpcache audit ... --client-ticket {r.GetValue(output)}");
            return ExitCode.Success;
        });
        return command;
    }
}
