using MPCache.Cache;

namespace MPCache.Bench.Tests;

public class PolicyContestTests
{
    private static int Count(string text) => text.Split(' ', '\n').Length;

    [Theory]
    [InlineData(8, 10, 0.4902, 0.9433)] // Wilson's interval as statistics packages give it
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(50, 100, 0.4038, 0.5962)]
    public void Intervals_are_wilsons(int right, int of, double low, double high)
    {
        var rate = new Rate(right, of);
        Assert.Equal(low, rate.Low, 1e-4);
        Assert.Equal(high, rate.High, 1e-4);
    }

    [Fact]
    public void Tasks_are_the_same_for_ever_and_hold_their_answers()
    {
        foreach (string task in PolicyTasks.Answered)
        {
            IReadOnlyList<RecallPrompt> suite = PolicyTasks.Create(task, Count, 5, 4, 200, 500);
            Assert.Equal(suite, PolicyTasks.Create(task, Count, 5, 4, 200, 500));
            Assert.NotEqual(suite, PolicyTasks.Create(task, Count, 6, 4, 200, 500));
            Assert.All(suite, p => Assert.InRange(p.Tokens, 1, 500));
            Assert.All(suite, p => Assert.Contains(p.Answer, p.Text));
            Assert.All(suite, p => Assert.True(p.IsAnsweredBy($" {p.Answer} and more")));
            Assert.All(suite, p => Assert.False(p.IsAnsweredBy("12 and more")));
        }
    }

    [Fact]
    public void Every_policy_can_be_given_a_budget()
    {
        foreach (CachePolicy policy in CachePolicy.All.Where(p => p.AtBudget(1000, 10) != p)) // all but full and think
        {
            foreach (int tokens in new[] { 4, 13, 50, 200, 400 })
            {
                CachePolicy at = policy.AtBudget(1000, tokens).Validated().Of(6);
                Assert.Equal(at, CachePolicy.Parse(at.ToText()).Of(6));
                Assert.InRange(at.Selected(1000, 1, 5), 1, (1.6 * tokens) + 40); // clusters that always stay, and the step's own token
            }
        }
    }

    [Fact]
    public void Layers_are_given_what_loses_least()
    {
        // Of all ways to give three layers 10, 20 or 40 tokens, 70 in all, the best by trying each.
        double[][] losses = [[5, 1, 0.5], [9, 4, 3], [2, 1.5, 1]];
        int[] sizes = [10, 20, 40];
        var all = from a in Enumerable.Range(0, 3)
                  from b in Enumerable.Range(0, 3)
                  from c in Enumerable.Range(0, 3)
                  where sizes[a] + sizes[b] + sizes[c] <= 70
                  orderby losses[0][a] + losses[1][b] + losses[2][c]
                  select new[] { sizes[a], sizes[b], sizes[c] };
        Assert.Equal(all.First(), LayerAllocation.Best(sizes, losses, 70));
        Assert.Throws<ArgumentException>(() => LayerAllocation.Best(sizes, losses, 29));
    }

    [Fact]
    public void The_frontier_rises_with_its_bytes()
    {
        PolicyRow Row(string name, int right, long bytes) => new()
        {
            Policy = name,
            Budget = 0.1,
            Text = name,
            Tasks = new() { ["needle"] = new(right, 10) },
            Attended = 0.1,
            Costs = new() { Prompt = 100, Once = new(0, 0, 0), Token = new(bytes, 0, 0) },
        };
        PolicyRow[] rows = [Row("dear", 9, 900), Row("best", 9, 500), Row("cheap", 2, 100), Row("beaten", 1, 200), Row("middle", 5, 300)];
        Assert.Equal(["cheap", "middle", "best"], PolicyPicture.Frontier(rows).Select(r => r.Policy));
    }
}
