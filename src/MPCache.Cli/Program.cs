using System.CommandLine;
using MPCache.Cli;

RootCommand root = new("Private inference of language models: a client, a server and a dealer turn a prompt into text over secret shares.")
{
    DemoCommand.Create(),
    ServeCommand.Create(),
    ChatCommand.Create(),
    GenerateCommand.Create(),
    ServerCommand.Create(),
    DealerCommand.Create(),
    KeysCommand.Create(),
    PacksCommand.Create(),
    AuditCommand.Create(),
    PlanCommand.Create(),
    PoliciesCommand.Create(),
    CheckCommand.Create(),
    MovedCommand.Create("bench"),
    MovedCommand.Create("similarity"),
};
return await CommandLine.Run(root, Examples.OfTheProduct, args);
