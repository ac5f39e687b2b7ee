using System.CommandLine;
using MPCache.Cache;

namespace MPCache.Cli;

/// <summary><c>--policy</c> and the options that change it; together they are one text that <see cref="CachePolicy.Parse(string)"/> reads.</summary>
internal sealed class PolicyArguments
{
    private static readonly string[] Shown = ["static-ratio", "level1", "level2", "alpha", "share-layers", "skip-layers"];

    private readonly Option<string> _policy = new("--policy")
    {
        Description = $"Cache policy: {string.Join(", ", CachePolicy.All.Select(p => p.Name))}; options may also stand behind the name, as in \"mpcache --static-ratio 0.4\".",
        DefaultValueFactory = _ => "full",
        HelpName = "NAME",
    };

    private readonly (string Name, Option<string?> Option)[] _options =
    [
        .. PolicyOption.Aliases.Select(a => (a.Name, new Option<string?>($"--{a.Name}") { Description = $"Policy: {a.Help}.", HelpName = "VALUE" })),
        .. PolicyOption.All.Select(o => (o.Name, new Option<string?>($"--{o.Name}") { Description = $"Policy: {o.Help}.", HelpName = "VALUE", Hidden = !Shown.Contains(o.Name) })),
    ];

    public PolicyArguments(Command command)
    {
        command.Add(_policy);
        foreach ((_, Option<string?> option) in _options)
        {
            command.Add(option);
        }
    }

    /// <summary>The policy that the command line asks for.</summary>
    /// <exception cref="ArgumentException">There is no such policy, or an option has a wrong value.</exception>
    public CachePolicy Read(ParseResult result) =>
        CachePolicy.Parse(result.GetValue(_policy) + string.Concat(_options.Where(o => result.GetValue(o.Option) is not null).Select(o => $" --{o.Name} {result.GetValue(o.Option)}")));
}
