using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>Decoding with a dealer online and with packs, by turns.</summary>
internal static class PackRuns
{
    private const int Steps = 12;

    public static async Task<PackRow[]> Run(
        ModelFile file, string path, string policy, int length, int repeat, LinkChoice links, CancellationToken cancel)
    {
        using var folder = new TempFolder();
        string atClient = folder.File("client"), atServer = folder.File("server");
        Directory.CreateDirectory(atServer);
        using ServerModel model = ServerModel.Load(file, MaskedWeightsFile.DefaultFolder);
        using LocalParties withDealer = await LocalParties.Start(path, links, once: false, cancel);
        using LocalProcess withPacks = await LocalProcess.Start(
            typeof(LocalParties).Assembly,
            "server",
            ["server", "--model", path, "--packs", atServer, "--listen", "tcp://127.0.0.1:0", "--transport", links.Plane.Word(),
                .. links.Insecure ? ["--insecure-transport"] : (string[])[], .. ServerCommand.AllowAll],
            cancel);
        GenerationRequest request = FilledRuns.Request(policy, length, Steps);
        using var dealer = new PackDealer(model.Order());
        ClientOptions client = Cli.Client.Options(null) with { Packs = new PackStore(atClient, Role.Client, SpentPacks.Standard) };
        string[] ways = ["dealer", "packs"];
        GenerationReport[][] runs = await Paired.Run(ways, repeat, 1, way =>
        {
            Console.Error.WriteLine(way);
            if (way == "packs")
            {
                dealer.Deal(request, atClient, atServer);
            }

            GenerationReport report = Cli.Client.Generate(
                way == "packs" ? withPacks.Address : withDealer.Server,
                way == "packs" ? null : withDealer.Dealer,
                new int[length],
                request,
                new SilentObserver(),
                client,
                links,
                cancel);
            Predictions.Demand(report);
            return Task.FromResult(report);
        });
        double[][] tokens = [.. runs.Select(w => w.Select(r => Spread.Of(FilledRuns.StepSeconds(r)).Median).ToArray())];
        return [.. ways.Select((way, i) => new PackRow(
            way,
            Spread.Of(runs[i].SelectMany(FilledRuns.StepSeconds)),
            Spread.OfRatios(tokens[i], tokens[0]),
            Spread.Of(runs[i].Select(r => r.Prefill.Seconds)).Median))];
    }
}
