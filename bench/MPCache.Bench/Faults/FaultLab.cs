using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Bench;

/// <summary>
/// A dealer, a server and clients as processes of their own, and what becomes of all three when one of them is killed or stopped: the
/// others end their session soon, name it, and serve the next client.
/// </summary>
internal sealed class FaultLab : IDisposable
{
    /// <summary>Longest time to the end of a session that is under way: six seconds of silence, and what a loaded machine adds.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    /// <summary>The same before it is under way: a peer that does not answer yet is waited for half a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(55);

    private const string FirstWords = " of the"; // that the embedded model says after the prompt

    private readonly Tool _tool = new();
    private readonly int _tokens;
    private readonly string[] _common;
    private readonly string _dealerAt = FreeAddress(), _serverAt = FreeAddress();
    private Running? _dealer, _server;
    private string? _whole;

    /// <param name="plane">What carries the messages.</param>
    /// <param name="encrypted">Whether links are encrypted.</param>
    /// <param name="tokens">How long a text is, and with it the time in which something may happen.</param>
    public FaultLab(DataPlane plane, bool encrypted, int tokens = 200)
    {
        _tokens = tokens;
        Name = $"{plane.Word()}, {(encrypted ? "encrypted" : "plain")}";
        _common = ["--transport", plane.Word(), .. encrypted ? (string[])[] : ["--insecure-transport"]];
    }

    /// <summary>The links that it tries.</summary>
    public string Name { get; }

    /// <summary>Lets one fault happen.</summary>
    /// <returns>Seconds until the others had ended their session, and until the next client had its text.</returns>
    /// <exception cref="FaultException">Somebody hung, said too little, or did not serve the next client.</exception>
    public (double Ended, double Served) Try(Fault fault)
    {
        Restart();
        _whole ??= Whole();
        if (fault.Fresh && Directory.Exists(_tool.Cache))
        {
            foreach (string masked in Directory.GetFiles(_tool.Cache, "*.masked"))
            {
                File.Delete(masked);
            }
        }

        using Running client = Client(_tokens);
        Thread.Sleep(fault.After);
        int victim = (fault.Victim switch { Role.Client => client, Role.Server => _server!, _ => _dealer! }).Id;
        bool over = !client.Alive, begun = client.Error.Contains("prompt:", StringComparison.Ordinal);
        Running.Signal(victim, fault.Kind == FaultKind.Kill ? "KILL" : "STOP");
        var clock = Stopwatch.StartNew();
        if (fault.Kind == FaultKind.Pause)
        {
            Thread.Sleep(2000);
            Running.Signal(victim, "CONT");
        }

        double ended = fault.Victim == Role.Client && fault.Kind != FaultKind.Pause
            ? EndWithoutClient(client, fault, begun)
            : EndOf(client, fault, over, begun ? Soon : Patience, clock);
        if (fault.Kind == FaultKind.Stop && fault.Victim != Role.Client)
        {
            Running.Signal(victim, "CONT");
        }

        CheckAlive(fault);
        clock.Restart();
        Restart();
        if (Served(Client(2)) is { } wrong)
        {
            throw new FaultException($"the next client was not served: {wrong}");
        }

        return (ended, clock.Elapsed.TotalSeconds);
    }

    /// <summary>The client is gone or silent: the others must notice by themselves.</summary>
    private double EndWithoutClient(Running client, Fault fault, bool begun)
    {
        if (fault.Kind == FaultKind.Kill)
        {
            return 0; // the next client shows it
        }

        var clock = Stopwatch.StartNew();
        if (Served(Client(2)) is { } wrong) // while it still stands there
        {
            throw new FaultException($"the next client was not served while the last one was stopped: {wrong}");
        }

        double seconds = clock.Elapsed.TotalSeconds;
        Running.Signal(client.Id, "CONT");
        // One that was stopped before its session began has it now, whole.
        (int code, string text, string error) = Wait(client, begun ? Soon : 2 * Patience, "the stopped client, continued,");
        Demand(code == 0 ? text == _whole : error.Contains("mpcache: ", StringComparison.Ordinal), $"the continued client said: {error}");
        return seconds;
    }

    private double EndOf(Running client, Fault fault, bool over, TimeSpan limit, Stopwatch clock)
    {
        (int code, string text, string error) = Wait(client, fault.Kind == FaultKind.Pause ? Patience : limit, "the client");
        if (code == 0)
        {
            Demand(text == _whole, $"the client ended well with another text than without a fault: {text}");
            return clock.Elapsed.TotalSeconds;
        }

        Demand(!over, $"the client had failed before anything happened: {error}");
        Demand(fault.Kind != FaultKind.Pause, $"a pause ended the session: {error}");
        string last = error.TrimEnd().Split('\n')[^1];
        Demand(last.StartsWith("mpcache: ", StringComparison.Ordinal) && last.Contains(fault.Name, StringComparison.Ordinal),
            $"the client's last words do not name the {fault.Name}: {error}");
        return clock.Elapsed.TotalSeconds;
    }

    private void CheckAlive(Fault fault)
    {
        foreach ((Role role, Running process) in ((Role, Running)[])[(Role.Dealer, _dealer!), (Role.Server, _server!)])
        {
            Demand(process.Alive || (fault.Victim == role && fault.Kind == FaultKind.Kill), $"the {role} ended: {process.Error}");
            Demand(!process.Error.Contains("   at ", StringComparison.Ordinal), $"the {role} shows a stack: {process.Error}");
        }
    }

    private string Whole()
    {
        using Running client = Client(_tokens);
        (int code, string text, string error) = Wait(client, TimeSpan.FromMinutes(2), "the first client");
        return code == 0 ? text : throw new FaultException($"without a fault: {error}");
    }

    /// <summary>Why a short client did not get its text; null where it did.</summary>
    private static string? Served(Running client)
    {
        using (client)
        {
            (int code, string text, string error) = Wait(client, Patience, "the next client");
            return code == 0 && text.TrimEnd() == FirstWords ? null : $"{text} {error}";
        }
    }

    private Running Client(int tokens) => _tool.Start(["generate", "--server", _serverAt, "--dealer", _dealerAt, "--tokenizer",
        Repository.Scribe, "--prompt", "In the beginning", "--max-tokens", $"{tokens}", "--fixed-length", .. _common]);

    /// <summary>Starts whoever does not run, where it ran before.</summary>
    private void Restart()
    {
        if (_dealer is not { Alive: true })
        {
            _dealer?.Dispose();
            _dealer = _tool.Start(["dealer", "--listen", _dealerAt, .. _common]);
        }

        if (_server is not { Alive: true })
        {
            _server?.Dispose();
            _server = _tool.Start(["server", "--model", Repository.Scribe, "--listen", _serverAt, "--dealer", _dealerAt, .. _common]);
        }

        Running.Address(_dealer);
        Running.Address(_server);
    }

    private static (int Code, string Out, string Error) Wait(Running process, TimeSpan limit, string who)
    {
        try
        {
            return process.Wait(limit);
        }
        catch (TimeoutException e)
        {
            throw new FaultException($"{who} hangs. {e.Message}");
        }
    }

    private static void Demand(bool held, string otherwise)
    {
        if (!held)
        {
            throw new FaultException(otherwise.Trim());
        }
    }

    private static string FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return $"tcp://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
    }

    public void Dispose()
    {
        _server?.Dispose();
        _dealer?.Dispose();
        _tool.Dispose();
    }
}
