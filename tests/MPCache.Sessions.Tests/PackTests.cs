using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions.Tests;

/// <summary>Packs: a session without a dealer, each used once, and what goes wrong.</summary>
public sealed class PackTests : IDisposable
{
    private static readonly int[] s_prompt = [0, 1151, 259, 1821, 1244];
    private static readonly GenerationRequest s_request
        = new() { PromptTokens = s_prompt.Length, MaxTokens = 3, Policy = "full", Reveal = "token" };

    private readonly TempFolder _folder = new();
    private readonly ModelFile _file = ModelFile.Open(Repository.Scribe);
    private readonly ServerModel _model;

    public PackTests() => _model = ServerModel.Load(_file, _folder.Path);

    private string ClientFolder => _folder.File("client");

    private string ServerFolder => _folder.File("server");

    private SpentPacks Spent => new(_folder.File("spent.db"));

    private PackStore ClientPacks => new(ClientFolder, Role.Client, Spent);

    private PackStore ServerPacks => new(ServerFolder, Role.Server, Spent);

    [Fact]
    public void APackGivesTheTextOfADealerAndHasThePredictedSize()
    {
        string id = Deal();
        long dealt = PackDealer.Dealt(_model.Public, s_request);
        Assert.Equal(PackDealer.FileBytes(dealt), new FileInfo(Corrections(id)).Length);
        var run = new InProcess(_model, _file, _folder.Path) { FixedLength = true };
        GenerationReport expected = run.Generate(s_request, s_prompt);

        // Byte for byte as many corrections as a dealer sends (a piece is two frames, the first of 4 bytes).
        Assert.Equal(dealt, run.DealtFrames.Where((_, i) => i > 0 && i % 2 == 0).Sum(f => (long)f.Length));
        GenerationReport report = Generate();
        Assert.Equal(expected.Tokens, report.Tokens);
        Assert.Equal(expected.DealtByKind, report.DealtByKind);
        Assert.Equal(["client", "server"], report.PeakMemoryMb.Keys);
        foreach (PhaseLine phase in report.Decode.Prepend(report.Prefill))
        {
            Assert.Equal(phase.Predicted!.Rounds, phase.Rounds);
            Assert.Equal(phase.Predicted.Bytes, phase.Bytes);
        }
    }

    [Fact]
    public void APackIsUsedOnceAndLeavesNothing()
    {
        string id = Deal();
        byte[] client = File.ReadAllBytes(Ticket(ClientFolder, id)), server = File.ReadAllBytes(Ticket(ServerFolder, id)),
            corrections = File.ReadAllBytes(Corrections(id));
        Generate();
        Assert.Empty(Directory.GetFiles(ClientFolder));
        Assert.Empty(Directory.GetFiles(ServerFolder));

        // Copies that somebody kept stay spent, at either side.
        File.WriteAllBytes(Ticket(ClientFolder, id), client);
        File.WriteAllBytes(Ticket(ServerFolder, id), server);
        File.WriteAllBytes(Corrections(id), corrections);
        Assert.Equal(["spent"], ClientPacks.List().Select(p => p.State));
        Assert.Equal(["spent"], ServerPacks.List().Select(p => p.State));
        Assert.Equal(EndReason.NoPack, Assert.Throws<SessionException>(() => ServerPacks.Take(id, "session")).Reason);
        File.WriteAllBytes(Ticket(ServerFolder, id), server);
        var forgetful = new SpentPacks(_folder.File("other.db"));
        Assert.Contains("unused here", Refusal(new PackStore(ClientFolder, Role.Client, forgetful), ServerPacks));
        ServerPacks.Sweep();
        Assert.Empty(Directory.GetFiles(ServerFolder));
    }

    [Fact]
    public void APackThatIsSpentAtOneSideIsPassedOver()
    {
        string first = Deal(), second = Deal();
        ServerPacks.Take(string.CompareOrdinal(first, second) < 0 ? first : second, "audit");
        Generate();
        Assert.Equal(["unused"], ClientPacks.List().Select(p => p.State)); // the first's client part, which the server will not begin
        Assert.Contains("unused here", Refusal(ClientPacks, ServerPacks));
    }

    [Fact]
    public void OnlyOneOfManyProcessesTakesAPack()
    {
        string id = Deal();
        byte[] ticket = File.ReadAllBytes(Ticket(ClientFolder, id));
        int taken = 0;
        Parallel.For(0, 8, i =>
        {
            string folder = _folder.File($"copy{i}");
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(Ticket(folder, id), ticket);
            try
            {
                new PackStore(folder, Role.Client, Spent).Take(id, "session");
                Interlocked.Increment(ref taken);
            }
            catch (SessionException)
            {
                // Another was faster.
            }
        });
        Assert.Equal(1, taken);
    }

    [Fact]
    public void AnAuditPassesAnHonestPackAndFindsAWrongByte()
    {
        string good = Deal(), bad = Deal();
        Assert.Equal(PackDealer.Dealt(_model.Public, s_request), Audit(good));
        Assert.Equal("audit", Spent.Use(good, "client"));
        Assert.Contains("no unused pack", Assert.Throws<IOException>(() => ClientPacks.Take(good, "session")).Message);

        // A dealer that cheats makes the hashes right.
        PackTicket ticket = PackTicket.Read(Ticket(ServerFolder, bad));
        const long at = 1_234_567;
        var wrong = new byte[ticket.DealtBytes];
        using (var reader = new PackReader(Corrections(bad), ticket))
        {
            new CorrectionReader(reader).ReadBytes(wrong);
        }

        wrong[at] ^= 1;
        File.Delete(Corrections(bad));
        using (var writer = new PackWriter(Corrections(bad), ticket.BlockKey, null))
        {
            writer.Write(wrong);
            writer.Finish();
        }

        Assert.Equal(at, Assert.Throws<PackAuditException>(() => Audit(bad)).At);
        Assert.Empty(Directory.GetFiles(ServerFolder));
    }

    [Theory]
    [InlineData("damaged", "is damaged near byte")]
    [InlineData("truncated", "cut off")]
    [InlineData("missing", "is missing")]
    [InlineData("ticket", "no ticket of a pack")]
    public void ADamagedPackIsRefused(string how, string words)
    {
        string id = Deal(), path = Corrections(id);
        switch (how)
        {
            case "damaged":
                using (FileStream file = File.OpenWrite(path))
                {
                    file.Position = file.Length / 2;
                    file.WriteByte(0x5a);
                    file.WriteByte(0xa5);
                }

                break;
            case "truncated":
                using (FileStream file = File.OpenWrite(path))
                {
                    file.SetLength(file.Length - 1);
                }

                break;
            case "missing":
                File.Delete(path);
                break;
            default:
                File.WriteAllText(Ticket(ServerFolder, id), "{");
                break;
        }

        Assert.Contains(words, Refusal(ClientPacks, ServerPacks));
        Assert.Equal(how == "damaged", Spent.Use(id, "client") is not null); // otherwise nothing was begun
    }

    [Fact]
    public void AForeignPackIsRefused()
    {
        Deal(s_request with { MaxTokens = 4 });
        Deal(s_request with { Policy = "window --budget 4" });
        SessionException e = Assert.Throws<SessionException>(() => Generate());
        Assert.Equal(EndReason.NoPack, e.Reason);
        Assert.Contains("2 unused for something else", e.Message);
        Assert.Contains("--prompt-tokens 5", e.Message);
        Assert.Equal(["unused", "unused"], ClientPacks.List().Select(p => p.State));
    }

    [Fact]
    public void TheOtherPartysTicketIsNamedAsSuch()
    {
        string id = Deal();
        File.Copy(Ticket(ServerFolder, id), Ticket(ClientFolder, id), overwrite: true);
        Assert.Contains("it is the server's", ClientPacks.List().Single().Detail);
    }

    [Fact]
    public void FilesAreTheirOwnersAlone()
    {
        Deal();
        _model.Order().Write(_folder.File("order"));
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Generate(); // makes the list of spent packs
        Deal();
        string[] files = [.. Directory.GetFiles(ClientFolder), .. Directory.GetFiles(ServerFolder), _folder.File("order"),
            _folder.File("spent.db")];
        Assert.Equal(5, files.Length);
        Assert.All(files, f => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f)));
        Assert.Contains("there already", Assert.Throws<IOException>(() => _model.Order().Write(_folder.File("order"))).Message);
    }

    [Fact]
    public void AnOrderIsCheckedAsAMessageIs()
    {
        string path = _folder.File("order");
        _model.Order().Write(path);
        Assert.Equal(_model.Public.MaskId, DealOrder.Read(path).Model.MaskId);
        string text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace(_model.Public.MaskId, "../../etc"));
        Assert.Contains("no order", Assert.Throws<IOException>(() => DealOrder.Read(path)).Message);
        File.WriteAllText(path, text.Replace(_model.Public.MaskId, new string('0', 64)));
        Assert.Contains("not that of the seed", Assert.Throws<SessionException>(() => new PackDealer(DealOrder.Read(path))).Message);
        DealOrder.Wipe(path);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void AnAuditWantsTheClientsTicketOfThatPack()
    {
        string one = Deal(), other = Deal();
        ClientPacks.Release(other, _folder.File("other"));
        SessionException e = Assert.Throws<SessionException>(()
            => PackAudit.Run(_model.Order(), ServerPacks, one, PackTicket.Read(_folder.File("other"))));
        Assert.Contains("packs release", e.Message);
        Assert.Equal(2, ServerPacks.List().Count(p => p.State == "unused"));
    }

    private long Audit(string id)
    {
        string opened = _folder.File($"{id}.opened");
        ClientPacks.Release(id, opened);
        return PackAudit.Run(_model.Order(), ServerPacks, id, PackTicket.Read(opened));
    }

    private string Deal(GenerationRequest? request = null)
    {
        using var dealer = new PackDealer(_model.Order());
        return dealer.Deal(request ?? s_request, ClientFolder, ServerFolder);
    }

    private static string Ticket(string folder, string id) => Path.Combine(folder, $"{id}.ticket");

    private string Corrections(string id) => Path.Combine(ServerFolder, $"{id}.corrections");

    private GenerationReport Generate() => Run(ClientPacks, ServerPacks, _ => { });

    /// <summary>What the server's user is told of a session that is refused.</summary>
    private string Refusal(PackStore client, PackStore server)
    {
        Exception? told = null;
        Assert.ThrowsAny<IOException>(() => Run(client, server, e => told = e));
        return told?.Message ?? "";
    }

    /// <summary>A session of two; there is no dealer.</summary>
    private GenerationReport Run(PackStore client, PackStore server, Action<Exception?> serverFailure)
    {
        (MemoryChannel atClient, MemoryChannel atServer) = MemoryChannel.Pair();
        Task<Exception?> serving = Task.Factory.StartNew<Exception?>(
            () =>
            {
                Exception? failure = Record.Exception(() => ServerSession.Run(_model, new ServerTerms(), atServer, null, null, server));
                atServer.Break();
                return failure;
            },
            TaskCreationOptions.LongRunning);
        try
        {
            var run = new InProcess(_model, _file, _folder.Path) { FixedLength = true };
            return ClientSession.Run(s_prompt, s_request, run.Client with { Packs = client }, atClient, null, new NoObserver());
        }
        finally
        {
            atClient.Break();
            serverFailure(serving.Result);
        }
    }

    private sealed class NoObserver : IGenerationObserver
    {
        public void Receiving(long bytes, long total)
        {
        }

        public void Ready(PublicModel model)
        {
        }

        public void Prefilled(int tokens, int total)
        {
        }

        public void Token(int id, double seconds)
        {
        }

        public void LeftRange(int token)
        {
        }
    }

    public void Dispose()
    {
        _model.Dispose();
        _file.Dispose();
        _folder.Dispose();
    }
}
