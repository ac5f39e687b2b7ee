using System.Diagnostics;

namespace MPCache.Service.Tests;

/// <summary>A gateway as a user starts it: <c>mpcache serve</c>, which starts a dealer and a server on the embedded model.</summary>
public sealed class Served : IDisposable
{
    public const string Key = "a key of the tests";

    /// <summary>The private greedy text of the embedded model, held elsewhere to the plaintext engine's.</summary>
    public const string Prompt = "In the beginning", Text = " of the reign of";

    public const int Tokens = 4;

    private readonly Tool _tool = new();

    public Served()
    {
        Process = _tool.Start("serve", "--listen", "http://127.0.0.1:0", "--api-key", Key, "--queue", "1", "--transport", "tcp");
        Address = new Uri(Running.Address(Process));
        Http = new HttpClient { BaseAddress = Address };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
    }

    public Running Process { get; }

    public Uri Address { get; }

    public Uri Api => new(Address, "/v1");

    public HttpClient Http { get; }

    /// <summary>Kills the server that the gateway started.</summary>
    public void KillServer()
    {
        var find = new ProcessStartInfo("ps", $"--ppid {Process.Id} -o pid=,args=") { RedirectStandardOutput = true };
        using Process ps = System.Diagnostics.Process.Start(find)!;
        string line = ps.StandardOutput.ReadToEnd().Split('\n').Single(l => l.Contains(" server --model", StringComparison.Ordinal));
        Running.Signal(int.Parse(line.Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture), "KILL");
    }

    public void Dispose()
    {
        Http.Dispose();
        Process.Dispose();
        _tool.Dispose();
    }
}
