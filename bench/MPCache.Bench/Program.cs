using System.CommandLine;
using MPCache.Bench;

RootCommand root = new("Measures MPCache on this machine, each party a process of its own.")
{
    ProtocolsCommand.Create(),
    TransportCommand.Create(),
    FaultsCommand.Create(),
    DecodeCommand.Create(),
    LayerCommand.Create(),
    PackBenchCommand.Create(),
    AblationCommand.Create(),
    GreedyCommand.Create(),
    DraftsCommand.Create(),
    ReferenceCommand.Create(),
    RecallCommand.Create(),
    ContestCommand.Create(),
    LayerBudgetsCommand.Create(),
    SimilarityCommand.Create(),
    FuzzCommand.Create(),
    PartyCommand.Create(),
};
return await CommandLine.Run(root, BenchExamples.ByCommand, args);
