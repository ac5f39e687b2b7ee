using System.Text;
using System.Text.Json;
using MPCache.Models.Text;

namespace MPCache.Models.Tests;

public class WordSplitterTests
{
    [Theory]
    [InlineData("smollm", PreTokenization.SmolLm)]
    [InlineData("gpt-2", PreTokenization.Gpt2)]
    [InlineData("llama-bpe", PreTokenization.Llama3)]
    public void CutsWhereHuggingFaceCuts(string name, object how)
    {
        using var json = JsonDocument.Parse(
            File.ReadAllText(Repository.File("tests", "MPCache.Models.Tests", "fixtures", "hf-splits.json")));
        var texts = json.RootElement.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!).ToArray();
        var expected = json.RootElement.GetProperty(name).EnumerateArray().ToArray();
        Assert.True(texts.Length > 100);
        for (var i = 0; i < texts.Length; i++)
        {
            var pieces = WordSplitter.Split(texts[i], (PreTokenization)how);
            Assert.Equal(texts[i], string.Concat(pieces.Select(p => texts[i][p])));
            var starts = pieces.Select(p => Encoding.UTF8.GetByteCount(texts[i].AsSpan(0, p.Start.Value)));
            Assert.True(expected[i].EnumerateArray().Select(s => s.GetInt32()).SequenceEqual(starts),
                $"'{texts[i]}' is cut as '{string.Join("' '", pieces.Select(p => texts[i][p]))}'");
        }
    }
}
