namespace MPCache.Bench.Tests;

public class RecallSuiteTests
{
    // About what a small byte-pair vocabulary does: digits one by one, words in pieces of four letters.
    private static int Count(string text) =>
        text.Split(' ', '\n').Sum(w => w.Count(char.IsDigit) + (w.Count(char.IsLetter) + 3) / 4) + text.Count(c => c == '\n');

    [Fact]
    public void Facts_stand_in_the_text_and_the_question_asks_for_one()
    {
        IReadOnlyList<RecallPrompt> suite = RecallSuite.Create(Count);
        Assert.True(suite.Count >= 100);
        Assert.Equal(suite.Count, suite.Select(p => p.Name).Distinct().Count());
        foreach (RecallPrompt prompt in suite)
        {
            string[] lines = prompt.Text.Split('\n');
            string asked = lines[^2]["Question: What is the ".Length..^1];
            Assert.Equal($"Question: What is the {asked}?", lines[^2]);
            Assert.Equal("Answer:", lines[^1]);
            Assert.Single(lines, $"The {asked} is {prompt.Answer}.");
            Assert.Equal(3, lines.Count(l => l.StartsWith("The ", StringComparison.Ordinal) && l.Any(char.IsDigit)));
        }
    }

    [Fact]
    public void Lengths_and_depths_are_those_asked_for()
    {
        IReadOnlyList<RecallPrompt> suite = RecallSuite.Create(Count, prompts: 101, shortest: 256, longest: 1000);
        for (int i = 0; i < suite.Count; i++)
        {
            int length = 256 + 744 * i / 100;
            Assert.Equal(Count(suite[i].Text), suite[i].Tokens);
            Assert.InRange(suite[i].Tokens, length * 0.88, length);
            Assert.InRange(suite[i].Depth, 0, 1);
        }

        Assert.True(suite.Count(p => p.Depth < 0.2) >= 10);
        Assert.True(suite.Count(p => p.Depth > 0.7) >= 10);
    }

    [Fact]
    public void The_same_seed_gives_the_same_suite()
    {
        Assert.Equal(RecallSuite.Create(Count, seed: 3, prompts: 10), RecallSuite.Create(Count, seed: 3, prompts: 10));
        Assert.NotEqual(RecallSuite.Create(Count, seed: 3, prompts: 10), RecallSuite.Create(Count, seed: 4, prompts: 10));

        // Pinned: a suite that changes makes reports of different days incomparable.
        Assert.Equal(
            "The crown of Zeror is 14069.",
            RecallSuite.Create(Count, seed: 1, prompts: 1)[0].Text.Split('\n').First(l => l.Any(char.IsDigit)));
    }

    [Fact]
    public void Pass_keys_stand_between_verses()
    {
        IReadOnlyList<RecallPrompt> suite = RecallSuite.PassKeys(Count);
        Assert.Equal(9, suite.Count);
        foreach (RecallPrompt prompt in suite)
        {
            string[] lines = prompt.Text.Split('\n');
            Assert.Equal("Somewhere below is a pass key. Remember it.", lines[0]);
            Assert.Equal("What is the pass key? Answer with the number.", lines[^1]);
            Assert.Single(lines, $"The pass key is {prompt.Answer}. Remember it, {prompt.Answer} is the pass key.");
            double asked = double.Parse(prompt.Name.Split('-')[2], System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(prompt.Depth, asked - 0.2, asked + 0.2);
        }

        Assert.Equal([300, 900, 1500], suite.Select(p => int.Parse(p.Name.Split('-')[1])).Distinct());
    }

    [Fact]
    public void A_length_without_room_is_refused()
        => Assert.Throws<ArgumentException>(() => RecallSuite.Create(Count, shortest: 20, longest: 30));

    [Theory]
    [InlineData(" The seal of Tamar is 48213.\n", true)]
    [InlineData("48213", true)]
    [InlineData("\n\n48213\n", true)]
    [InlineData("**48213**", true)]
    [InlineData(" The seal of Tamar is 482130.\n", false)]
    [InlineData(" The seal of Tamar is 4821.\n", false)]
    [InlineData(" The seal of Tamar is gold.\n48213", false)]
    [InlineData("48214, no, 48213", false)]
    [InlineData("", false)]
    public void An_answer_is_the_value_digit_by_digit(string completion, bool right) =>
        Assert.Equal(right, new RecallPrompt("", "", "48213", 0, 0).IsAnsweredBy(completion));

    [Fact]
    public void Filler_is_plain_prose_with_names()
    {
        Assert.True(FillerText.Verses.Count > 500);
        Assert.DoesNotContain(FillerText.Verses, v => v.Any(char.IsDigit));
        Assert.Contains("Naomi", FillerText.Names);
        Assert.Contains("Samuel", FillerText.Names);
        Assert.DoesNotContain("Then", FillerText.Names);
        Assert.True(FillerText.Names.Count > 100);
    }
}
