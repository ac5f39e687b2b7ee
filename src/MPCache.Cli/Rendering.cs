using System.Text.Encodings.Web;
using System.Text.Json;
using MPCache.Inference;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary>Tables and JSON, the same for all commands.</summary>
internal static class Rendering
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    /// <summary>Standard error, so that standard output holds the text alone.</summary>
    public static IAnsiConsole Errors { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(Console.Error),
        Ansi = Console.IsErrorRedirected ? AnsiSupport.No : AnsiSupport.Detect
    });

    /// <summary>Where there is no terminal, lines are as long as the tables need.</summary>
    public static void SetWidths()
    {
        if (Console.IsErrorRedirected)
        {
            Errors.Profile.Width = 140;
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 140;
        }
    }

    /// <summary>Refuses a path that cannot be written before anything long runs.</summary>
    public static void CheckJson(string? path)
    {
        if (path is not (null or "-"))
        {
            File.AppendAllText(path, "");
        }
    }

    public static void WriteJson<T>(string path, T value)
    {
        string json = JsonSerializer.Serialize(value, Indented);
        if (path == "-")
        {
            Console.WriteLine(json);
        }
        else
        {
            try
            {
                File.WriteAllText(path, json + "\n");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"{path} could not be written: {e.Message}. All else is done. Free some space, or name another file.",
                    e);
            }
        }
    }

    public static Table Table(string title, params string[] columns)
    {
        var table = new Table { Title = new TableTitle(Markup.Escape(title)), Border = TableBorder.Minimal };
        table.AddColumn(columns[0]);
        foreach (string column in columns.Skip(1))
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        return table;
    }

    public static Table Row(this Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Text(c))]);

    public static string Bytes(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes:N0} B",
        < 10_000_000 => $"{bytes / 1e3:N0} KB",
        _ => $"{bytes / 1e6:N1} MB",
    };

    /// <summary>Phases and stages of a finished private generation.</summary>
    public static void Report(IAnsiConsole console, GenerationReport report)
    {
        Table phases = Table("phases", "", "seconds", "rounds", "client to server", "server to client", "dealt to server");
        void Phase(string name, PhaseLine p) => phases.Row(
            name, $"{p.Seconds:F2}", $"{p.Rounds:N0}", Bytes(p.Bytes.ClientToServer),
            Bytes(p.Bytes.ServerToClient), Bytes(p.Bytes.DealerToServer));
        Phase("set-up", report.Setup);
        Phase($"prompt ({report.PromptIds.Length} tokens)", report.Prefill);
        if (report.Decode.Length > 0)
        {
            PhaseLine last = report.Decode[^1];
            phases.Row(
                report.Decode.Sum(d => d.Tokens) is var given && given > report.Decode.Length
                    ? $"a further pass ({(double)given / report.Decode.Length:F2} tokens)"
                    : "a further token",
                $"{report.Decode.Average(d => d.Seconds):F3}",
                $"{last.Rounds:N0}",
                Bytes(last.Bytes.ClientToServer),
                Bytes(last.Bytes.ServerToClient),
                Bytes(last.Bytes.DealerToServer));
        }

        console.Write(phases);
        Table stages = Table("where it goes (prompt and text together)", "stage", "seconds", "rounds", "online", "dealt");
        foreach (StageLine stage in report.Stages.Where(s => s.Rounds + s.Bytes + s.Dealt > 0))
        {
            stages.Row(stage.Name, $"{stage.Seconds:F2}", $"{stage.Rounds:N0}", Bytes(stage.Bytes), Bytes(stage.Dealt));
        }

        console.Write(stages);
        PhaseLine[] all = [report.Prefill, .. report.Decode];
        bool exact = all.All(p => p.Predicted is { } q && q.Rounds == p.Rounds && q.Bytes == p.Bytes);
        console.WriteLine(exact ? "Rounds and bytes are what the cost engine predicted, to the byte." : "Rounds or bytes DIFFER from "
            + "what the cost engine predicted: please report this.");
        console.WriteLine($"Peak memory: {string.Join(", ", report.PeakMemoryMb.Select(p => $"{p.Key} {p.Value:N0} MB"))}.");
    }
}
