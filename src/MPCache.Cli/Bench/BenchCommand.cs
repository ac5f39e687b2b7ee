using System.CommandLine;

namespace MPCache.Cli;

/// <summary><c>mpcache bench</c>: measurements on this machine, each between processes of their own.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure protocols, links and whole generations on this machine.")
    {
        ProtocolsCommand.Create(),
        TransportCommand.Create(),
        GreedyCommand.Create(),
        RecallCommand.Create(),
        DecodeCommand.Create(),
        LayerCommand.Create(),
        AblationCommand.Create(),
        PartyCommand.Create(),
    };
}
