using System.CommandLine;
using System.CommandLine.Parsing;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary><c>--transport</c>, <c>--shape-link</c> and <c>--shape-dealer</c> of a command whose client runs on this machine.</summary>
internal sealed class LinkArguments
{
    private readonly Option<DataPlane> _transport = CommonOptions.Transport();

    private readonly Option<string> _shape = new("--shape-link")
    {
        Description = $"Make the link between client and server act like a slower one: {LinkSpeed.Syntax}. All processes must run on "
            + $"this machine.",
        HelpName = "lan|wan|RTT,BANDWIDTH",
    };

    private readonly Option<bool> _shapeDealer = new("--shape-dealer")
    {
        Description = "With --shape-link: make the dealer's links like "
        + "that too, each for itself."
    };

    public LinkArguments(Command command)
    {
        command.Add(_transport);
        command.Add(_shape);
        command.Add(_shapeDealer);
    }

    /// <summary>Whether a slower link was asked for.</summary>
    public bool Shapes(SymbolResult result) => result.GetValue(_shape) is not null;

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="ArgumentException">The link cannot be read, or only the dealer's was asked for.</exception>
    public LinkChoice Read(ParseResult result)
    {
        LinkSpeed? shape = result.GetValue(_shape) is { } link
            ? LinkSpeed.Parse(link, "--shape-link") with { Dealer = result.GetValue(_shapeDealer) }
            : null;
        return shape is null && result.GetValue(_shapeDealer)
            ? throw new ArgumentException("--shape-dealer needs --shape-link: it says which link.")
            : new LinkChoice(result.GetValue(_transport), shape);
    }
}
