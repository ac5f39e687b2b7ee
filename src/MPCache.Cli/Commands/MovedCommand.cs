using System.CommandLine;

namespace MPCache.Cli;

/// <summary>Says where measuring went, to whoever remembers <c>mpcache bench</c>.</summary>
internal static class MovedCommand
{
    public static Command Create(string name)
    {
        string bench = "dotnet run -c Release --project bench/MPCache.Bench --" + (name == "bench" ? "" : $" {name}");
        var command = new Command(name, $"Moved: measuring is in the repository's bench folder. There: {bench}")
        {
            Hidden = true,
            TreatUnmatchedTokensAsErrors = false
        };
        command.SetAction(int (r) => throw new ArgumentException(
            $"mpcache {name} has moved to the repository, since it measures and runs nothing for a user. There: "
                + $"{string.Join(' ', [bench, .. r.UnmatchedTokens])}"));
        return command;
    }
}
