using MPCache.Client;
using MPCache.Protocols;
using MPCache.Sessions;
using MPCache.Transport;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace MPCache.Service.Tests;

/// <summary>The library against a dealer and a server as processes of their own.</summary>
public sealed class ChatClientTests : IDisposable
{
    private readonly Tool _tool = new();

    [Fact]
    public async Task AChatClientStreamsCountsStopsAndRunsCallsInTurn()
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", "tcp");
        string dealing = Running.Address(dealer);
        using Running server = _tool.Start("server", "--model", Repository.Scribe, "--listen", "tcp://127.0.0.1:0", "--dealer", dealing,
            "--transport", "tcp");
        var services = new ServiceCollection();
        services.AddMPCacheChatClient(new MPCacheClientOptions
        {
            Server = Running.Address(server),
            Dealer = dealing,
            Tokenizer = Repository.Scribe,
            KeyFile = Path.Combine(_tool.Keys, "client.keys"),
            Transport = DataPlane.Tcp,
            Folder = _tool.Cache,
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IChatClient chat = provider.GetRequiredService<IChatClient>();
        Assert.Equal("mpcache", chat.GetService<ChatClientMetadata>()!.ProviderName);

        var four = new ChatOptions { MaxOutputTokens = Served.Tokens };
        ChatResponse[] both = await Task.WhenAll(chat.GetResponseAsync(Served.Prompt, four), chat.GetResponseAsync(Served.Prompt, four));
        Assert.All(both, r => Assert.Equal(Served.Text, r.Text));
        Assert.Equal(Served.Tokens, both[0].Usage!.OutputTokenCount);
        var report = Assert.IsType<GenerationReport>(both[0].AdditionalProperties![MPCacheChatClient.Report]);
        Assert.Equal(report.Prefill.Predicted!.Rounds, report.Prefill.Rounds);

        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync(
                Served.Prompt, new ChatOptions { MaxOutputTokens = 500 }, cancel.Token))
            {
                await cancel.CancelAsync();
            }
        });
        ChatResponse drawn = await chat.GetResponseAsync(
            Served.Prompt, new ChatOptions { MaxOutputTokens = 6, Temperature = 1, TopK = 5, Seed = 3, StopSequences = ["zzz"] });
        Assert.Equal(6, drawn.Usage!.OutputTokenCount);
        await Assert.ThrowsAsync<ArgumentException>(() => chat.GetResponseAsync(Served.Prompt, new ChatOptions { TopK = 5000 }));
        await Assert.ThrowsAsync<NotSupportedException>(
            () => chat.GetResponseAsync(Served.Prompt, new ChatOptions { ResponseFormat = ChatResponseFormat.Json }));
    }

    public void Dispose() => _tool.Dispose();
}
