using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions.Tests;

/// <summary>Whole private generations whose passes verify guesses.</summary>
public sealed class DraftedTextTests : IDisposable
{
    private const int Drafts = 3;

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("full", 0, false)]
    [InlineData("full", 0, true)]
    [InlineData("mpcache+ --budget 60", 0, false)]
    [InlineData("full", 0.7, false)]
    public void TheTextIsThatWithoutGuessesInFewerPassesAndCostsWhatWasPredicted(string policy, double temperature, bool full)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        int[] prompt = GreedyReference.Read(Repository.ScribeReference).Prompts.Single(p => p.Name == "recall-256-early-0").PromptIds;
        prompt = prompt[..120];
        var request = new GenerationRequest { PromptTokens = prompt.Length, MaxTokens = 16, Policy = policy, Reveal = "token" };
        var sampling = new SamplingOptions { Temperature = temperature, Seed = 21 };
        var plain = new InProcess(model, file, _folder.Path) { Sampling = sampling, EndTokens = [] };
        int[] expected = plain.Generate(request, prompt).Tokens;
        var guessing = new InProcess(model, file, _folder.Path)
        {
            Sampling = sampling,
            Drafter = new Knowing([.. prompt, .. expected]),
            FullPasses = full,
            EndTokens = [],
        };
        GenerationReport report = guessing.Generate(request with { DraftTokens = Drafts }, prompt);
        Assert.Equal(expected, report.Tokens);
        Assert.InRange(report.Decode.Length, 4, 12);
        Assert.Equal(expected.Length, report.Prefill.Tokens + report.Decode.Sum(p => p.Tokens));
        Assert.Contains(report.Decode, p => p.Tokens == Drafts + 1);
        Assert.Contains(report.Decode, p => p.Tokens == 1);
        Assert.Equal(expected.Length, guessing.ServerTokens);
        Assert.All(report.Decode.Prepend(report.Prefill), phase =>
        {
            Assert.Equal(phase.Predicted!.Rounds, phase.Rounds);
            Assert.Equal(phase.Predicted.Bytes, phase.Bytes);
        });

        // With passes that are always full, all but those at the end have one size, whatever was guessed.
        long[] sizes = [.. report.Decode[..^3].Select(p => p.Bytes.ClientToServer)];
        Assert.Equal(full, sizes.Max() < 1.5 * sizes.Min());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnEndTokenAmongRightGuessesEndsTheTextThere(bool fixedLength)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        GreedyPrompt prompt = GreedyReference.Read(Repository.ScribeReference).Prompts[0];
        var request = new GenerationRequest
        {
            PromptTokens = prompt.PromptIds.Length,
            MaxTokens = 8,
            Policy = "full",
            Reveal = "token",
            DraftTokens = Drafts,
        };
        int end = prompt.GreedyIds[2];
        var run = new InProcess(model, file, _folder.Path)
        {
            Drafter = new Knowing([.. prompt.PromptIds, .. prompt.GreedyIds]) { Always = true },
            EndTokens = [end],
            FixedLength = fixedLength,
        };
        GenerationReport report = run.Generate(request, prompt.PromptIds);
        Assert.Equal(prompt.GreedyIds[..(Array.IndexOf(prompt.GreedyIds, end) + 1)], report.Tokens);
        Assert.Equal(fixedLength ? 8 : report.Tokens.Length, run.ServerTokens);
    }

    [Theory]
    [InlineData(2, 1, "told the dealer different passes")]
    [InlineData(1, 2, "told the dealer different passes")]
    [InlineData(1, 9, "rows in a pass")]
    [InlineData(3, 1, "of 1 rows")]
    public void WhoLiesAboutPassesIsDealtNothing(int kept, int rows, string words)
    {
        using ModelFile file = ModelFile.Open(Repository.Scribe);
        using ServerModel model = ServerModel.Load(file, _folder.Path);
        var request = new GenerationRequest { PromptTokens = 4, MaxTokens = 30, Policy = "full", Reveal = "token", DraftTokens = 2 };
        var run = new InProcess(model, file, _folder.Path);
        bool toBoth = !words.Contains("different", StringComparison.Ordinal);
        Exception? end = Record.Exception(() => run.Generate((server, dealer) => ClientSession.Run(
            [1, 2, 3, 4],
            request,
            run.Client with { Drafter = new NgramDrafter(), EndTokens = [] },
            toBoth ? new Lying(server, kept, rows) : server,
            new Lying(dealer, kept, rows),
            new Quiet())));
        Assert.NotNull(end);
        string[] said = [run.ServerFailure?.Message ?? "", run.DealerFailure?.Message ?? ""];
        Assert.Contains(said, s => s.Contains(words, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Guesses from the text that is to come, right for 0, 1, 2, ... tokens by turns.</summary>
    private sealed class Knowing(int[] whole) : IDrafter
    {
        private int _turn;

        public bool Always { get; init; }

        public int[] Draft(IReadOnlyList<int> text, int most)
        {
            int turn = _turn++, right = Always ? most : turn % (most + 1);
            return [.. Enumerable.Range(0, turn % 3 == 0 && !Always ? 0 : most)
                .Select(i => text.Count + i < whole.Length && i < right ? whole[text.Count + i] : 7)];
        }
    }

    /// <summary>A link on which the client's first word about a pass is another one.</summary>
    private sealed class Lying(IChannel link, int kept, int rows) : IChannel
    {
        public string Peer => link.Peer;

        public ChannelTraffic Traffic => link.Traffic;

        public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
        {
            string text = System.Text.Encoding.UTF8.GetString(payload);
            bool pass = kind == FrameKind.Control && text.Contains("\"Kept\"", StringComparison.Ordinal);
            link.Send(kind, pass
                ? System.Text.Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Replace(
                    text, "\"Kept\":\\d+,\"Rows\":\\d+", $"\"Kept\":{kept},\"Rows\":{rows}"))
                : payload);
        }

        public void Receive(FrameKind kind, Span<byte> payload) => link.Receive(kind, payload);

        public byte[] Receive(FrameKind kind, int longest) => link.Receive(kind, longest);

        public void Dispose()
        {
        }
    }

    private sealed class Quiet : IGenerationObserver
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
}
