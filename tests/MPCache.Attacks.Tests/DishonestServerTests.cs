using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>Servers that lie to the dealer, or to the client.</summary>
public sealed class DishonestServerTests(Victim victim) : IClassFixture<Victim>
{
    public static TheoryData<string, Func<PublicModel, PublicModel>> Lies => new()
    {
        { "another width", m => m with { Config = m.Config with { FeedForward = 2 * m.Config.FeedForward } } },
        { "another context", m => m with { Config = m.Config with { ContextLength = m.Config.ContextLength - 1 } } },
        { "other activation bits", m => m with { Plan = m.Plan with { Layers = [m.Plan.Layers[0] with { ActivationBits = m.Plan.Layers[0]
            .ActivationBits + 1 }, .. m.Plan.Layers[1..]] } } },
        { "other score bits", WithMoreScoreBits },
        { "other logits", m => m with { Plan = m.Plan with { LogitBits = m.Plan.LogitBits + 1 } } },
        { "another name", m => m with { Config = m.Config with { Name = "other" } } },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void TheDealerDealsNothingToAServerThatToldTheClientSomethingElse(string lie, Func<PublicModel, PublicModel> change)
    {
        InProcess parties = Lying((model, request) =>
        {
            PublicModel other = change(model);
            return new DealerModel(other, SeedOf(victim.Model, request), Conversation.Commitment(other, request));
        });
        Refused(parties, EndReason.Disagreement, lie);
    }

    [Fact]
    public void ACommitmentDoesNotReplaceWhatWasTold()
    {
        InProcess parties = Lying((model, request) => victim.Model.ForDealer(request) with
        {
            // Committed to as the client saw it.
            Model = model with { Config = model.Config with { FeedForward = 2 * model.Config.FeedForward } },
        });
        Refused(parties, EndReason.Disagreement, "an honest commitment");
    }

    [Theory]
    [InlineData(StreamKind.Mask)]
    [InlineData(StreamKind.Private)]
    public void NoPadOfTheDealersIsAMaskOfTheClients(object kind)
    {
        // What the dealer sends for a dealt zero is the pad itself. It must be no stream under which the client hides something, at
        // whatever place of the order.
        using var key = new AesKey(new byte[16]);
        (MemoryChannel dealer, MemoryChannel server) = MemoryChannel.Pair();
        using var arena = new Arena();
        const int places = 8, n = 64;
        Words zeros = arena.Zeros(n);
        var writer = new CorrectionWriter(dealer);
        using var dealing = new DealerCorrelations(key, key, writer);
        using var masking = new ClientCorrelations(key);
        var pads = new List<ulong[]>();
        var masks = new List<ulong[]>();
        for (int i = 0; i < places; i++)
        {
            dealing.Product(zeros, zeros, 64);
            masks.Add((kind is StreamKind.Mask ? masking.Mask(n) : masking.ClientMask(n)).Span.ToArray());
        }

        writer.Flush();
        var reader = new CorrectionReader(server);
        for (int i = 0; i < places; i++)
        {
            ulong[] correction = new ulong[n];
            reader.ReadWords(correction, 8);
            pads.Add([.. correction.Select(c => 0ul - c)]);
        }

        Assert.Empty(pads.SelectMany(p => p).Intersect(masks.SelectMany(m => m)));
        Assert.Equal(places * n, pads.SelectMany(p => p).Distinct().Count());
    }

    [Theory]
    [InlineData("../../out/abcdef0")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde/")]
    public void NoWordOfTheServersEntersAPath(string hash)
    {
        using var inside = new TempFolder();
        string folder = Path.Combine(inside.Path, "a", "b", "cache");
        var parties = new InProcess(victim.Model, victim.File, folder)
        {
            Server = (client, _) =>
            {
                Conversation.Model.Tell(client, victim.Model.Public with { Sha256 = hash });
                Conversation.Request.Hear(client);
                victim.Model.SendMasked(client);
            },
        };
        SessionException e = Assert.Throws<SessionException>(() => parties.Generate(Victim.Request, Victim.Prompt));
        Assert.Equal(EndReason.MakesNoSense, e.Reason);
        Assert.Empty(Directory.EnumerateFileSystemEntries(inside.Path, "*", SearchOption.AllDirectories));
        Assert.StartsWith(
            Path.GetFullPath(folder),
            Path.GetFullPath(MaskedWeightsFile.PathFor(folder, victim.Model.Public with { Sha256 = hash, MaskId = hash })));
    }

    [Fact]
    public void AnAnnouncedSizeIsBounded()
    {
        using var folder = new TempFolder();
        PublicModel huge = victim.Model.Public with { Config = victim.Model.Public.Config with { Vocabulary = 1 << 23, Width = 1 << 16 } };
        (MemoryChannel client, MemoryChannel server) = MemoryChannel.Pair();
        SessionException e = Assert.Throws<SessionException>(() => MaskedWeightsFile.Receive(folder.Path, huge, 1L << 30, client, null));
        Assert.Equal(EndReason.TooLarge, e.Reason);
        Assert.Contains("--max-weights-gb", e.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        _ = server;
    }

    [Fact]
    public void NoTokenOfThePromptReachesAPeer()
    {
        PublicModel small = victim.Model.Public with
        {
            Config = victim.Model.Public
            .Config with
            { Vocabulary = 6, EndTokens = [2], BosToken = 1 }
        };
        var parties = new InProcess(victim.Model, victim.File, victim.Folder.Path)
        {
            Server = (client, _) =>
            {
                Conversation.Model.Tell(client, small);
                Conversation.Request.Hear(client);
            },
        };
        SessionException e = Assert.Throws<SessionException>(() => parties.Generate(Victim.Request, Victim.Prompt));
        Assert.Equal(EndReason.OtherModel, e.Reason);
        Assert.Contains("Token 40", e.Message); // at home
        string told = EndReasons.Sentence(EndReasons.Of(e), Role.Client);
        Assert.DoesNotContain(told, char.IsAsciiDigit);
        Assert.All(Enum.GetValues<EndReason>(), r => Assert.DoesNotContain(EndReasons.Sentence(r, Role.Client), char.IsAsciiDigit));
    }

    [Fact]
    public void TheServersEndTokensEndNothing()
    {
        GenerationRequest request = Victim.Request with { MaxTokens = 4 };
        int[] text = victim.Parties.Generate(request, Victim.Prompt).Tokens;
        using ServerModel asking = Announcing(victim, [.. text.Take(1)]);
        var parties = new InProcess(asking, victim.File, victim.Folder.Path);
        Assert.Equal(text, parties.Generate(request, Victim.Prompt).Tokens);
        Assert.Equal(text.Length, parties.ServerTokens);
    }

    [Fact]
    public void AFixedLengthHidesWhenTheTextEnded()
    {
        GenerationRequest request = Victim.Request with { MaxTokens = 4 };
        int[] text = victim.Parties.Generate(request, Victim.Prompt).Tokens;
        var open = new InProcess(victim.Model, victim.File, victim.Folder.Path) { EndTokens = [text[1]] };
        int expected = Array.IndexOf(text, text[1]) + 1;
        Assert.Equal(text[..expected], open.Generate(request, Victim.Prompt).Tokens);
        Assert.Equal(expected, open.ServerTokens);
        var hidden = new InProcess(victim.Model, victim.File, victim.Folder.Path) { EndTokens = [text[1]], FixedLength = true };
        Assert.Equal(text[..expected], hidden.Generate(request, Victim.Prompt).Tokens);
        Assert.Equal(4, hidden.ServerTokens);
    }

    /// <summary>The victim's own model under a public description with other end tokens; the dealer and the client both get it.</summary>
    private static ServerModel Announcing(Victim victim, int[] endTokens)
    {
        using ModelFile file = ModelFile.Open(victim.Folder.File("tiny.gguf"));
        return ServerModel.Load(file, victim.Folder.Path).Announcing(m => m with { Config = m.Config with { EndTokens = [.. endTokens] } });
    }

    private InProcess Lying(Func<PublicModel, GenerationRequest, DealerModel> told) => new(victim.Model, victim.File, victim.Folder.Path)
    {
        Server = (client, dealer) =>
        {
            Conversation.Model.Tell(client, victim.Model.Public);
            GenerationRequest request = Conversation.Request.Hear(client).Request;
            Conversation.Granted.Tell(client, new Granted());
            Conversation.ModelForDealer.Tell(dealer, told(victim.Model.Public, request));
            Conversation.ServerSeed.Hear(dealer);
        },
    };

    private static byte[] SeedOf(ServerModel model, GenerationRequest request) => model.ForDealer(request).MaskSeed;

    /// <summary>A plan that honest calibration could have made: queries and keys give up the bit that scores take.</summary>
    private static PublicModel WithMoreScoreBits(PublicModel m)
    {
        LayerPlan last = m.Plan.Layers[^1];
        int[] fracs = [last.QueryKeyValueFrac[0] - 1, last.QueryKeyValueFrac[1] - 1, .. last.QueryKeyValueFrac[2..]];
        LayerPlan other = last with { ScoreBits = last.ScoreBits + 1, QueryKeyValueFrac = fracs };
        return m with { Plan = m.Plan with { Layers = [.. m.Plan.Layers[..^1], other] } };
    }

    private static void Refused(InProcess parties, EndReason reason, string what)
    {
        Assert.ThrowsAny<IOException>(() => parties.Generate(Victim.Request, Victim.Prompt));
        Assert.Equal(reason, Assert.IsType<SessionException>(parties.DealerFailure).Reason);
        Assert.True(parties.DealtFrames.Count == 0, what);
        Assert.True(parties.ClientFrames.Count == 1, "the client said its request and nothing else"); // no masked row left it
    }
}
