using System.CommandLine;
using MPCache.Cache;

namespace MPCache.Cli;

/// <summary>
/// <c>--policy</c> and the options of all policies; together they are one text that <see cref="CachePolicy.Parse(string)"/> reads.
/// </summary>
internal sealed class PolicyArguments
{
    private const int NamesAtMost = 3;

    private readonly Option<string> _policy = new("--policy")
    {
        Description = "Cache policy; options may also stand behind the name, as in \"mpcache --static-ratio 0.4\". There are "
            + string.Join(", ", CachePolicy.All.Select(p => p.Name)) + ": mpcache policies tells what each does.",
        DefaultValueFactory = _ => "full",
        HelpName = "NAME",
    };

    private readonly (string Name, Option<string?> Option)[] _options =
    [
        .. from policy in CachePolicy.All
           from option in policy.Options
           group (policy.Name, option.Help) by option.Name into same
           select (same.Key, new Option<string?>($"--{same.Key}") { Description = Describe([.. same]), HelpName = "VALUE" }),
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
    /// <exception cref="ArgumentException">There is no such policy, or it has no such option, or an option has a wrong value.</exception>
    public CachePolicy Read(ParseResult result) => CachePolicy.Parse(
        result.GetValue(_policy) + string.Concat(
            _options.Where(o => result.GetValue(o.Option) is not null).Select(o => $" --{o.Name} {result.GetValue(o.Option)}")));

    /// <summary>What an option means to the policies that have it.</summary>
    private static string Describe(
        (string Policy, string Help)[] owners) => string.Join(" ", owners.GroupBy(o => o.Help, o => o.Policy).Select(same =>
    {
        string[] names = [.. same];
        string first = string.Join(", ", names.Take(NamesAtMost));
        return $"{first}{(names.Length > NamesAtMost ? $" and {names.Length - NamesAtMost} more" : "")}: {same.Key}.";
    }));
}
