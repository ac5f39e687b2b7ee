using System.CommandLine;
using System.Diagnostics;
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
        var command = new Command(
            "faults",
            "Kill, stop and pause client, server and dealer at random moments, on both planes, with and without encryption: the others must "
                + "end their session soon, name who failed, and serve the next client.")
        {
            minutes, seed,
        };
        command.SetAction((r, cancel) => Task.Run(() => Run(r.GetValue(minutes), r.GetValue(seed), cancel), CancellationToken.None));
        return command;
    }

    private static int Run(double minutes, int seed, CancellationToken cancel)
    {
        var random = new Random(seed);
        (DataPlane Plane, bool Encrypted)[] ways = [(DataPlane.Tcp, true), (DataPlane.NetMq, true), (DataPlane.Tcp, false),
            (DataPlane.NetMq, false)];
        FaultLab[] labs = [.. ways.Select(way => new FaultLab(way.Plane, way.Encrypted))];
        int done = 0, failed = 0;
        double slowest = 0, slowestNext = 0;
        try
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalMinutes < minutes && !cancel.IsCancellationRequested; done++)
            {
                var fault = Fault.Random(random);
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
