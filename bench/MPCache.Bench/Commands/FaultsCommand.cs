using System.CommandLine;
using System.Diagnostics;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Bench;

/// <summary><c>faults</c>: processes are killed, stopped and paused at random moments.</summary>
internal static class FaultsCommand
{
    public static Command Create()
    {
        Option<double> minutes = new("--minutes")
        {
            Description = "How long.",
            DefaultValueFactory = _ => 5,
            HelpName = "N",
        };
        Option<int> seed = new("--seed")
        {
            Description = "Which faults; another seed, others. Moments are those of the clock, so a run repeats only roughly.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        Option<Role[]> victims = new("--victim")
        {
            Description = "Whom faults happen to; all three by default.",
            DefaultValueFactory = _ => Enum.GetValues<Role>()[..3],
        };
        Option<FaultKind[]> kinds = new("--kind")
        {
            Description = "What happens; all by default.",
            DefaultValueFactory = _ => Enum.GetValues<FaultKind>(),
        };
        Option<DataPlane[]> planes = new("--plane")
        {
            Description = "Which planes; both by default.",
            DefaultValueFactory = _ => [DataPlane.Tcp, DataPlane.NetMq],
        };
        var command = new Command(
            "faults",
            "Kill, stop and pause client, server and dealer at random moments, on both planes, with and without encryption: the others must "
                + "end their session soon, name who failed, and serve the next client.")
        {
            minutes, seed, victims, kinds, planes,
        };
        command.SetAction((r, cancel) => Task.Run(
            () =>
            {
                var random = new Random(r.GetValue(seed));
                return Run(r.GetValue(minutes), () => Fault.Random(random, r.GetValue(victims)!, r.GetValue(kinds)!), r.GetValue(planes)!,
                    cancel);
            },
            CancellationToken.None));
        return command;
    }

    private static int Run(double minutes, Func<Fault> next, DataPlane[] planes, CancellationToken cancel)
    {
        (DataPlane Plane, bool Encrypted)[] ways = [.. planes.SelectMany(p => new[] { (p, true), (p, false) })];
        FaultLab[] labs = [.. ways.Select(way => new FaultLab(way.Plane, way.Encrypted))];
        int done = 0, failed = 0;
        double slowest = 0, slowestNext = 0;
        try
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalMinutes < minutes && !cancel.IsCancellationRequested; done++)
            {
                Fault fault = next();
                FaultLab lab = labs[done % labs.Length];
                try
                {
                    (double ended, double served) = lab.Try(fault);
                    (slowest, slowestNext) = (Math.Max(slowest, ended), Math.Max(slowestNext, served));
                    Console.WriteLine($"held    {lab.Name,-18} {fault}: ended after {ended:F1} s, the next client after {served:F1} s");
                }
                catch (FaultException e)
                {
                    failed++;
                    Console.WriteLine($"FAILED  {lab.Name,-18} {fault}: {e.Message}");
                    lab.Dispose();
                    (DataPlane plane, bool encrypted) = ways[done % labs.Length];
                    labs[done % labs.Length] = new FaultLab(plane, encrypted);
                }
            }
        }
        finally
        {
            Array.ForEach(labs, lab => lab.Dispose());
        }

        Console.WriteLine($"{done} faults, {failed} with more consequences than they may have; slowest end {slowest:F1} s, slowest next "
            + $"client {slowestNext:F1} s");
        return failed == 0 ? ExitCode.Success : ExitCode.Failure;
    }
}
