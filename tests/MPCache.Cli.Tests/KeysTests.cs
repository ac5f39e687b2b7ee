using MPCache.Testing;

namespace MPCache.Cli.Tests;

/// <summary>Keys as users handle them, with the messages that lead from one command to the next.</summary>
public sealed class KeysTests : IDisposable
{
    private readonly Tool _tool = new();

    [Fact]
    public void KeysAreMadeShownTrustedListedAndForgotten()
    {
        string path = _tool.File("other.keys");
        string made = Out("keys", "new", "client", "--keys", path);
        Assert.Equal(made, Out("keys", "show", "client", "--keys", path));
        Assert.Matches("^client SHA256:[A-Za-z0-9+/]{43}$", made.Trim());
        string fingerprint = made.Trim().Split(' ')[1];
        Out("keys", "trust", "server", "client", fingerprint, "--note", "a friend's");
        Assert.Contains($"client {fingerprint}  a friend's", Out("keys", "list", "server"));
        Out("keys", "forget", "server", fingerprint);
        Assert.DoesNotContain(fingerprint, Out("keys", "list", "server"));
    }

    [Theory]
    [InlineData("netmq")]
    [InlineData("tcp")]
    public void AStrangerIsLedToTheCommandThatLetsItIn(string transport)
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", transport);
        string dealerAt = Running.Address(dealer);
        using Running server = _tool.Start("server", "--model", Repository.Scribe, "--listen", "tcp://127.0.0.1:0", "--dealer", dealerAt,
            "--transport", transport);
        string path = _tool.File("stranger.keys"), fingerprint = Out("keys", "new", "client", "--keys", path).Trim().Split(' ')[1];
        string[] generate = ["generate", "--server", Running.Address(server), "--dealer", dealerAt, "--tokenizer", Repository.Scribe,
            "--ids", "0,1151", "--max-tokens", "1",
            "--transport", transport, "--keys", path];
        (int code, _, string error) = _tool.Run(generate);
        Assert.Equal(1, code);
        string serversOwn = Out("keys", "show", "server").Trim();
        Assert.Contains(fingerprint, error);
        Assert.Contains($"mpcache keys trust client {serversOwn}", error);

        // The client trusts; now the server does not know it, and says so at both ends.
        Out("keys", "trust", "client", "server", serversOwn.Split(' ')[1], "--keys", path);
        Out("keys", "trust", "client", "dealer", Out("keys", "show", "dealer").Trim().Split(' ')[1], "--keys", path);
        error = _tool.Run(generate).Error;
        Assert.Contains($"mpcache keys trust server client {fingerprint}", error);
        Assert.Contains(serversOwn.Split(' ')[1], error);
        server.Until($"mpcache keys trust server client {fingerprint}");
    }

    [Fact]
    public void ADealerDealsOnlyForTheModelsThatAServerMayServe()
    {
        string server = Out("keys", "show", "server").Trim().Split(' ')[1];
        Out("keys", "trust", "dealer", "server", server, "--model-sha256", "0123456789abcdef");
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", "tcp");
        string dealerAt = Running.Address(dealer);
        using Running serving = _tool.Start("server", "--model", Repository.Scribe, "--listen", "tcp://127.0.0.1:0", "--dealer", dealerAt,
            "--transport", "tcp");
        string[] generate = ["generate", "--server", Running.Address(serving), "--dealer", dealerAt, "--tokenizer", Repository.Scribe,
            "--ids", "0,1151", "--max-tokens", "1",
            "--transport", "tcp"];
        (int code, _, string error) = _tool.Run(generate);
        Assert.Equal(1, code);
        Assert.Contains("does not deal for this server and model", error);
        dealer.Until($"mpcache keys trust dealer server {server} --model-sha256 ");
    }

    [Theory]
    [InlineData("netmq")]
    [InlineData("tcp")]
    public void WithoutEncryptionAllThreeMustAgree(string transport)
    {
        using Running dealer = _tool.Start("dealer", "--listen", "tcp://127.0.0.1:0", "--transport", transport, "--insecure-transport");
        string at = Running.Address(dealer);
        string[] generate = ["generate", "--server", at, "--dealer", at, "--tokenizer", Repository.Scribe, "--ids", "1", "--transport",
            transport];
        Assert.Contains("does not encrypt", _tool.Run(generate).Error);
        Assert.Contains("is a dealer", _tool.Run([.. generate, "--insecure-transport"]).Error);
    }

    private string Out(params string[] arguments)
    {
        (int code, string text, string error) = _tool.Run(arguments);
        Assert.True(code == 0, error);
        return text;
    }

    public void Dispose() => _tool.Dispose();
}
