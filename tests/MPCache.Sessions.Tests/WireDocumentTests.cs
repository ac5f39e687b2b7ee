using System.Text;
using MPCache.Protocols;

namespace MPCache.Sessions.Tests;

/// <summary>docs/wire.md holds the conversation's messages as the code has them.</summary>
public sealed class WireDocumentTests
{
    private const string Begin = "<!-- messages: written by WireDocumentTests (MPCACHE_PIN=write) -->\n", End = "<!-- end of messages "
        + "-->\n";

    [Fact]
    public void TheDocumentListsTheConversation()
    {
        string path = Repository.File("docs", "wire.md"), text = File.ReadAllText(path), table = Table();
        int from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = text.IndexOf(End, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("MPCACHE_PIN") == "write")
        {
            File.WriteAllText(path, text[..from] + table + text[to..]);
        }
        else
        {
            Assert.Equal(table, text[from..to]);
        }

        Assert.Contains($"version {Conversation.Version} ", text);
    }

    [Fact]
    public void EveryMessageHasANameOfItsOwn()
        => Assert.Equal(Conversation.All.Count, Conversation.All.Select(m => m.Name).Distinct().Count());

    private static string Table()
    {
        var table = new StringBuilder("| message | from | to | holds | bytes at most |\n|---|---|---|---|---:|\n");
        foreach (Message m in Conversation.All)
        {
            table.Append($"| `{m.Name}` | {Word(m.From)} | {Word(m.To)} | {m.Holds} | {m.Longest:N0} |\n");
        }

        return table.ToString();
    }

    private static string Word(Role role) => role.ToString().ToLowerInvariant();
}
