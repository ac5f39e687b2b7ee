using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Transport;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary><c>mpcache check</c>.</summary>
internal static class CheckCommand
{
    internal sealed record Line(
        [property: JsonPropertyName("what")] string What,
        [property: JsonPropertyName("ok")] bool Ok,
        [property: JsonPropertyName("detail")] string Detail,
        [property: JsonPropertyName("cure")] string Cure);

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model(required: false, "A model to look at; the embedded one by default.");
        Option<int[]> ports = new("--port") { Description = "A port that should be free; may be given several times.", HelpName = "PORT" };
        Option<bool> json = new("--json") { Description = "Write the findings as JSON." };
        var command = new Command("check", "Tell what this machine uses, what is missing and what to do about it.") { model, ports, json };
        command.SetAction(r =>
        {
            Line[] lines = [.. Findings(r.GetValue(model) ?? CommonOptions.EmbeddedModel, r.GetValue(ports) ?? [])];
            if (r.GetValue(json))
            {
                Rendering.WriteJson("-", lines);
            }
            else
            {
                Show(lines);
            }

            return lines.All(l => l.Ok) ? ExitCode.Success : ExitCode.Failure;
        });
        return command;
    }

    private static IEnumerable<Line> Findings(string model, int[] ports)
    {
        yield return new Line("runtime", true, $"{System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, "
            + $"{System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores", "");
        yield return Try("kernels", Kernels.Kernel.Describe, "Install CMake and a C compiler and build again, or unset MPCACHE_ISA.");
        yield return Try("model", () =>
        {
            using ModelFile file = ModelFile.Open(model);
            return $"{model}: {file.Config.Name}, {file.Config.Parameters:N0} weights, tokenizer of {file.Tokenizer.Count:N0} "
                + $"entries{(file.Chat is { Recognised: true } chat ? $", chat template {chat.Name}" : "")}";
        }, "Fetch the file again; supported are GGUF v3 and Hugging Face folders of the architectures that README.md names.");
        foreach (int port in ports.Length == 0 ? [0] : ports)
        {
            yield return Try(port == 0 ? "loopback port" : $"port {port}", () =>
            {
                using ILinkListener listener = Planes.Bind($"tcp://127.0.0.1:{port}", new ChannelOptions { Self = Role.Server });
                return $"{listener.Address} can be listened on";
            }, "Choose another port, or stop the process that holds it.");
        }

        yield return Try("cache folder", () =>
        {
            string folder = MaskedWeightsFile.DefaultFolder;
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, $"probe-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return $"{folder}: writable, {new DriveInfo(folder).AvailableFreeSpace / 1e9:N1} GB free (masked weights take 8 bytes a "
                + $"weight)";
        }, "Name a folder that can be written with MPCACHE_CACHE.");
    }

    private static Line Try(string what, Func<string> look, string cure)
    {
        try
        {
            return new Line(what, true, look(), "");
        }
        catch (Exception e)
        {
            return new Line(what, false, (e is TypeInitializationException { InnerException: { } inner } ? inner : e).Message, cure);
        }
    }

    private static void Show(Line[] lines)
    {
        Table table = Rendering.Table("mpcache check", "", "", "", "");
        foreach (TableColumn column in table.Columns)
        {
            column.LeftAligned();
        }

        table.HideHeaders();
        foreach (Line line in lines)
        {
            table.Row(line.Ok ? "ok" : "BROKEN", line.What, line.Detail, line.Cure);
        }

        AnsiConsole.Write(table);
    }
}
