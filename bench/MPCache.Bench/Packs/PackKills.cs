using System.Diagnostics;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>
/// Kills clients and servers of sessions with packs (SIGKILL, real processes) at random moments, by turns, and looks at what is left.
/// </summary>
internal sealed class PackKills : IDisposable
{
    private static readonly int[] s_prompt = [0, 1151];
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Tool _tool = new();
    private readonly ModelFile _file;
    private readonly ServerModel _model;
    private readonly PackStore _client, _server;
    private readonly SpentPacks _spent;
    private readonly List<string> _dealt = [];
    private readonly List<string> _begunAtClient = [], _begunAtServer = []; // as the processes said, which is apart from the list of marks
    private readonly string _path;
    private Running? _serving;
    private string _address = "";

    public PackKills(string path)
    {
        _path = path;
        _file = ModelFile.Open(path);
        _model = ServerModel.Load(_file, _tool.Cache);
        _spent = new SpentPacks(Path.Combine(_tool.Cache, "spent-packs.db"));
        _client = new PackStore(_tool.File("client"), Role.Client, _spent);
        _server = new PackStore(_tool.File("server"), Role.Server, _spent);
    }

    /// <summary>Kills at so many moments.</summary>
    /// <exception cref="InvalidOperationException">A pack was used twice or lost, or a process hung.</exception>
    public PackKillsRow Run(int moments, int seed, CancellationToken cancel)
    {
        var random = new Random(seed);
        string expected = Session(null).Text;
        var clock = Stopwatch.StartNew();
        Demand(Session(null).Text == expected, "a second session gave another text");
        double whole = clock.Elapsed.TotalSeconds;
        int clients = 0, servers = 0, finished = 0;
        for (int i = 0; i < moments; i++)
        {
            cancel.ThrowIfCancellationRequested();
            TimeSpan moment = TimeSpan.FromSeconds(1.1 * whole * random.NextDouble());
            bool client = i % 2 == 0;
            (int code, string text) = Session((client, moment));
            finished += code == 0 ? 1 : 0;
            (clients, servers) = client ? (clients + 1, servers) : (clients, servers + 1);
            Demand(code != 0 || text == expected, "a session gave another text");
            Check();
            Console.Error.WriteLine($"moment {i + 1} of {moments}: the {(client ? "client" : "server")} after {moment.TotalSeconds:F2} s; "
                + $"{_dealt.Count(Lost)} of {_dealt.Count} packs spent");
        }

        // What is unused at both is as good as new.
        for (int left = Unused().Count(); left > 0; left--)
        {
            (int code, string text) = Session(null, deal: false);
            Demand(code == 0 && text == expected, "a pack that was not begun cannot be used");
        }

        StopServer();
        Check();
        Once(_begunAtClient);
        Once(_begunAtServer);
        return new PackKillsRow(clients, servers, _dealt.Count, _begunAtServer.Count, finished);
    }

    /// <summary>One session, whose client or server is killed at a moment. Returns what the client ended with.</summary>
    private (int Code, string Text) Session((bool Client, TimeSpan Moment)? kill, bool deal = true)
    {
        if (deal && !Unused().Any())
        {
            using var dealer = new PackDealer(_model.Order());
            _dealt.Add(dealer.Deal(
                new GenerationRequest { PromptTokens = s_prompt.Length, MaxTokens = 2, Policy = "full", Reveal = "token" },
                _tool.File("client"),
                _tool.File("server")));
        }

        StartServer();
        using Running running = _tool.Start(
            "generate", "--server", _address, "--packs", _tool.File("client"), "--tokenizer", _path, "--ids", string.Join(',', s_prompt),
            "--max-tokens", "2", "--fixed-length", "--transport", "tcp", "--insecure-transport");
        if (kill is { } at)
        {
            Thread.Sleep(at.Moment);
            if (at.Client)
            {
                Running.Signal(running.Id, "KILL");
            }
            else
            {
                StopServer();
            }
        }

        (int code, string text, string error) = running.Wait(s_patience); // a hang throws
        _begunAtClient.AddRange(Begun(error));
        Demand(code == 0 || kill is not null, $"a session failed by itself: {error}");
        return (code, text);
    }

    private void StartServer()
    {
        if (_serving is null)
        {
            _serving = _tool.Start(
                "server", "--model", _path, "--packs", _tool.File("server"), "--listen", "tcp://127.0.0.1:0", "--transport", "tcp",
                "--insecure-transport");
            _address = Running.Address(_serving);
        }
    }

    private void StopServer()
    {
        if (_serving is not null)
        {
            Running.Signal(_serving.Id, "KILL");
            _begunAtServer.AddRange(Begun(_serving.Wait(s_patience).Error));
            _serving.Dispose();
            _serving = null;
        }
    }

    private static IEnumerable<string> Begun(string error) => error.Split('\n').Select(l => l.Trim())
        .Where(l => l.StartsWith("begun: pack ", StringComparison.Ordinal)).Select(l => l.Split(' ')[^1]);

    private bool Lost(string id) => _spent.Use(id, "client") is not null || _spent.Use(id, "server") is not null;

    private IEnumerable<string> Unused()
    {
        if (_dealt.Count == 0)
        {
            return [];
        }

        HashSet<string> server = [.. States(_server).Where(l => l.State == "unused").Select(l => l.Id)];
        return States(_client).Where(l => l.State == "unused" && server.Contains(l.Id)).Select(l => l.Id);
    }

    private static IReadOnlyList<PackLine> States(PackStore store) => store.List();

    /// <summary>A pack that nobody has marked is whole at both; one that the server has marked, the client marked before.</summary>
    private void Check()
    {
        HashSet<string> unused = [.. Unused()];
        foreach (string id in _dealt)
        {
            Demand(unused.Contains(id) || Lost(id), $"the pack {id} was never begun and is lost");
            Demand(_spent.Use(id, "server") is null || _spent.Use(id, "client") is not null, $"only the server has marked the pack {id}");
            bool begun = _begunAtClient.Contains(id) || _begunAtServer.Contains(id);
            Demand(!begun || (_spent.Use(id, "client") is not null && !unused.Contains(id)), $"the pack {id} was begun and can be again");
        }
    }

    private static void Once(List<string> begun)
        => Demand(begun.Distinct().Count() == begun.Count, $"a pack was begun twice: {string.Join(", ", begun)}");

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Packs do not hold what they promise: {otherwise}.");
        }
    }

    public void Dispose()
    {
        StopServer();
        _model.Dispose();
        _file.Dispose();
        _tool.Dispose();
    }
}
