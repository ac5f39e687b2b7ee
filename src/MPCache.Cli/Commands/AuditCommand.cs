using System.CommandLine;
using System.Text.Json.Serialization;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary><c>mpcache audit</c>.</summary>
internal static class AuditCommand
{
    internal sealed record Verdict(
        [property: JsonPropertyName("pack")] string Pack,
        [property: JsonPropertyName("good")] bool Good,
        [property: JsonPropertyName("checked_bytes")] long CheckedBytes,
        [property: JsonPropertyName("first_wrong_byte")] long? FirstWrongByte);

    public static Command Create()
    {
        Argument<string> pack = new("PACK") { Description = "The server's ticket of an unused pack; its corrections lie beside it." };
        Option<string> client = new("--client-ticket")
        {
            Description = "The client's ticket of the pack (mpcache packs release).",
            Required = true,
            HelpName = "FILE",
        };
        Option<string> model = CommonOptions.Model(required: true, "The server's model.");
        Option<string?> json = CommonOptions.Json("the verdict");
        var command = new Command(
            "audit",
            "At the server: open an unused pack and deal it again, byte by byte. The pack is spent by it. Audit all "
                + "but one of s packs, that one chosen by chance after they were dealt, and one bad pack is caught with probability "
                + "1 - 1/s.")
        {
            pack, client, model, json,
        };
        command.SetAction((r, cancel) => Task.Run(() =>
        {
            Rendering.CheckJson(r.GetValue(json));
            string path = Path.GetFullPath(r.GetValue(pack)!), id = Path.GetFileNameWithoutExtension(path);
            PackStore store = CommonOptions.Store(Path.GetDirectoryName(path), Role.Server)!;
            PackTicket ticket = PackTicket.Read(r.GetValue(client)!);
            using ModelFile file = ModelFile.Open(r.GetValue(model)!);
            using ServerModel loaded = ServerModel.Load(file, MaskedWeightsFile.DefaultFolder);
            ByteProgress? progress = null;
            try
            {
                long bytes = PackAudit.Run(loaded.Order(), store, id, ticket, at =>
                    (progress ??= new ByteProgress("checked", ticket.DealtBytes, cancel)).Report(at));
                progress?.End();
                Write(new Verdict(id, true, bytes, null), $"Good: {bytes:N0} bytes are what an honest dealer deals. The pack is spent.");
                return ExitCode.Success;
            }
            catch (PackAuditException e)
            {
                progress?.End();
                Write(new Verdict(id, false, e.At, e.At), null);
                throw;
            }

            void Write(Verdict verdict, string? words)
            {
                if (r.GetValue(json) is { } output)
                {
                    Rendering.WriteJson(output, verdict);
                }

                if (r.GetValue(json) != "-" && words is not null)
                {
                    Console.WriteLine(words);
                }
            }
        }, CancellationToken.None));
        return command;
    }
}
