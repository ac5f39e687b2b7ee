using System.Diagnostics;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Testing;

/// <summary>Runs a program as a user does: as a process, with a cache folder of its own.</summary>
/// <param name="program">Its assembly's file name, beside the tests.</param>
public sealed class Tool(string program = "mpcache.dll") : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Where it keeps masked weights.</summary>
    public string Cache => _folder.File("cache");

    /// <summary>Keys of the three roles, which trust each other; made when the first process starts.</summary>
    public string Keys
    {
        get
        {
            string folder = _folder.File("keys");
            if (!Directory.Exists(folder))
            {
                foreach ((Role role, Keyring keys) in Keyring.Together(Role.Client, Role.Server, Role.Dealer))
                {
                    KeyFile.Save(keys, Path.Combine(folder, $"{role.ToString().ToLowerInvariant()}.keys"), replace: false);
                }
            }

            return folder;
        }
    }

    /// <summary>A path that is gone afterwards.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>Runs it to its end, two minutes at most.</summary>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using Running running = Start(arguments);
        return running.Wait(TimeSpan.FromMinutes(2));
    }

    /// <summary>Starts it.</summary>
    public Running Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MPCACHE_CACHE"] = Cache;
        start.Environment["MPCACHE_KEYS"] = Keys;
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new Running(Process.Start(start)!);
    }

    public void Dispose() => _folder.Dispose();
}
