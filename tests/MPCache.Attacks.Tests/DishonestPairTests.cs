using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;
using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>Somebody who plays client and server to an honest dealer that has served a victim: to take its model, or to end it.</summary>
public sealed class DishonestPairTests : IDisposable
{
    private readonly Victim _victim = new();
    private readonly DealerSession _dealer = new(1L << 30);

    /// <summary>The dealer has dealt for the victim and keeps B.</summary>
    public DishonestPairTests() => Parties().Generate(Victim.Request, Victim.Prompt);

    [Fact]
    public void AClaimedMaskOpensNothing()
    {
        // The mask's name is public. Who does not know the seed behind it must not get products with B.
        Refused(m => m, new byte[16], EndReason.Disagreement);
        byte[] almost = _victim.Model.ForDealer(Victim.Request).MaskSeed;
        almost[15] ^= 1;
        Refused(m => m, almost, EndReason.Disagreement);
    }

    public static TheoryData<string, Func<ModelConfig, ModelConfig>> OtherSizes => new()
    {
        { "one more layer", c => c with { Layers = c.Layers + 1 } },
        { "a larger vocabulary", c => c with { Vocabulary = 2 * c.Vocabulary } },
        { "a larger width", c => c with { FeedForward = 2 * c.FeedForward } },
        { "one layer less", c => c with { Layers = c.Layers - 1 } },
    };

    [Theory]
    [MemberData(nameof(OtherSizes))]
    public void ACachedMaskIsReadWithItsOwnSizesOnly(string sizes, Func<ModelConfig, ModelConfig> change)
    {
        _ = sizes;
        byte[] seed = _victim.Model.ForDealer(Victim.Request).MaskSeed; // even who knows the seed
        Refused(
            m => m with
            {
                Config = change(m.Config),
                Plan = m.Plan with
                {
                    Layers = [.. Enumerable.Range(0, change(m.Config).Layers)
                    .Select(l => m.Plan.Layers[Math.Min(l, m.Plan.Layers.Length - 1)])]
                },
            },
            seed, EndReason.Disagreement);
    }

    public static TheoryData<string, Func<PublicModel, PublicModel>> Nonsense => new()
    {
        { "negative width", m => m with { Config = m.Config with { Width = -64 } } },
        { "no heads", m => m with { Config = m.Config with { Heads = 0 } } },
        { "no key heads", m => m with { Config = m.Config with { KeyValueHeads = 0 } } },
        { "odd heads", m => m with { Config = m.Config with { HeadDim = 3 } } },
        { "huge layers", m => m with { Config = m.Config with { Layers = int.MaxValue } } },
        { "no layers in the plan", m => m with { Plan = m.Plan with { Layers = [] } } },
        { "an end token nowhere", m => m with { Config = m.Config with { EndTokens = [int.MaxValue] } } },
        { "a context of nothing", m => m with { Config = m.Config with { ContextLength = 0 } } },
        { "no name", m => m with { Config = m.Config with { Name = "" } } },
        { "a name that writes to the terminal", m => m with { Config = m.Config with { Name = "\u001b[2J" } } },
        { "no epsilon", m => m with { Config = m.Config with { NormEpsilon = -1 } } },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void SizesThatMakeNoSenseAreRefusedAndTheDealerServesTheNext(string what, Func<PublicModel, PublicModel> change)
    {
        _ = what;
        Refused(change, new byte[16], EndReason.MakesNoSense, EndReason.Unreadable);
    }

    [Fact]
    public void AModelLargerThanTheDealersMemoryIsRefused() =>
        Refused(m => m with { Config = m.Config with { FeedForward = 1 << 22 } }, new byte[16], EndReason.TooLarge);

    [Fact]
    public void ARequestThatMakesNoSenseIsRefused()
    {
        foreach (GenerationRequest request in new[]
        {
            Victim.Request with { PromptTokens = -1 }, Victim.Request with { MaxTokens = 0 }, Victim.Request with { PromptTokens = int
                .MaxValue, MaxTokens = int.MaxValue },
            Victim.Request with { Policy = "nothing" }, Victim.Request with { Reveal = "everything" }, Victim
                .Request with { Policy = "mpcache --eviction threshold" },
        })
        {
            InProcess parties = Parties((_, dealer) => Conversation.ModelForDealer.Tell(dealer, _victim.Model.ForDealer(request)));
            Assert.ThrowsAny<IOException>(() => parties.Generate((_, dealer) => Play(dealer, request, "00")));
            Assert.Equal(EndReason.MakesNoSense, EndReasons.Of(parties.DealerFailure!));
        }

        StillServes();
    }

    private void Refused(Func<PublicModel, PublicModel> change, byte[] seed, params EndReason[] reasons)
    {
        PublicModel claimed = change(_victim.Model.Public);
        string commitment = Commitment(claimed);
        InProcess parties = Parties((_, dealer) =>
        {
            Conversation.ModelForDealer.Tell(dealer, new DealerModel(claimed, [.. seed], commitment));
            Conversation.ServerSeed.Hear(dealer);
        });
        Assert.ThrowsAny<IOException>(() => parties.Generate((_, dealer) => Play(dealer, Victim.Request, commitment)));
        Assert.Contains(Assert.IsType<SessionException>(parties.DealerFailure).Reason, reasons);
        Assert.Empty(parties.DealtFrames);
        StillServes();
    }

    private static string Commitment(PublicModel model)
    {
        try
        {
            return Conversation.Commitment(model, Victim.Request);
        }
        catch (InvalidOperationException)
        {
            return "cannot be said at all";
        }
    }

    private static PartySeed Play(IChannel dealer, GenerationRequest request, string commitment)
    {
        Conversation.RequestForDealer.Tell(dealer, new DealerRequest(request, commitment));
        return Conversation.ClientSeed.Hear(dealer);
    }

    private void StillServes() => Assert.NotEmpty(Parties().Generate(Victim.Request, Victim.Prompt).Tokens);

    private InProcess Parties(Action<IChannel, IChannel>? server = null)
        => new(_victim.Model, _victim.File, _victim.Folder.Path) { Dealer = _dealer, Server = server };

    public void Dispose()
    {
        _dealer.Dispose();
        _victim.Dispose();
    }
}
