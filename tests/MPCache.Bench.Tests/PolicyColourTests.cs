namespace MPCache.Bench.Tests;

/// <summary>One colour a policy, in every picture.</summary>
public class PolicyColourTests
{
    private static readonly string[] s_named = [.. Cache.CachePolicy.All.Select(p => p.Name).Concat(Ablation.Policies).Distinct()];

    [Fact]
    public void PoliciesAreToldApart() => Assert.Equal(s_named.Length, s_named.Select(PolicyColours.Of).Distinct().Count());

    [Fact]
    public void OptionsDoNotChangeTheColour()
        => Assert.All(s_named, name => Assert.Equal(PolicyColours.Of(name), PolicyColours.Of($"{name} --budget 7")));

    [Fact]
    public void ANameThatIsNewHasAColourOfItsOwnThatStays()
    {
        // Pinned: string.GetHashCode, for one, differs from run to run.
        Assert.Equal("#B13E33", PolicyColours.Of("quest").ToHex());
        Assert.NotEqual(PolicyColours.Of("quest"), PolicyColours.Of("h2o"));
    }
}
