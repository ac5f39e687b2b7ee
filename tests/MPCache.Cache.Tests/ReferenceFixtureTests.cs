namespace MPCache.Cache.Tests;

/// <summary>
/// Equal sets with the paper's public code, on real queries and keys: every pair, layer, mode, step and head that the fixtures hold.
/// </summary>
public class ReferenceFixtureTests
{
    private const string NoFixtures = "No selection*.json: set MPCACHE_SHARED to the folder that holds fixtures/smollm2.";

    [SkippableFact]
    public void Eviction_keeps_what_the_reference_keeps()
    {
        foreach (var (fixture, layer, mode) in Cases())
        {
            ComposedPolicy policy = fixture.Policy(mode);
            HeadRows queries = fixture.WindowQueries(layer), keys = fixture.PromptKeys(layer);
            Assert.Equal(fixture.Tokens, keys.Rows);
            Assert.Equal(policy.WindowLength(fixture.Tokens), queries.Rows);

            int[] kept = Trial.Keep(policy with { ShareLayers = LayerGroups.Of(1) }, 0, queries, keys)[0];

            AssertSame(fixture.Kept(layer, mode), kept, $"{fixture.Path} layer {layer} {mode}");
            if (policy.Eviction == EvictionKind.Count)
            {
                Assert.Equal(policy.Kept(fixture.Tokens, int.Parse(layer)), kept.Length);
            }
        }
    }

    [SkippableFact]
    public void Selection_chooses_what_the_reference_chooses()
    {
        foreach (var (fixture, layer, mode) in Cases())
        {
            ComposedPolicy policy = fixture.Policy(mode);
            int[] kept = fixture.Kept(layer, mode);
            int[][][] expected = fixture.Selected(layer, mode);
            for (int step = 0; step < expected.Length; step++)
            {
                HeadRows keys = fixture.CachedKeys(layer, kept, step);
                int[][] selected = Trial.Select(policy, 0, fixture.Tokens, fixture.StepQueries(layer, step), keys);

                Assert.Equal(expected[step].Length, selected.Length);
                int most = (policy with { Eviction = EvictionKind.None }).Selected(keys.Rows, 0, 0);
                for (int h = 0; h < selected.Length; h++)
                {
                    AssertSame(expected[step][h], selected[h], $"{fixture.Path} layer {layer} {mode} step {step} head {h}");
                    Assert.InRange(selected[h].Length, 1, most);
                }
            }
        }
    }

    private static IEnumerable<(SelectionFixture Fixture, string Layer, string Mode)> Cases()
    {
        IReadOnlyList<SelectionFixture> fixtures = SelectionFixture.All();
        Skip.If(fixtures.Count == 0, NoFixtures);
        return fixtures.SelectMany(f => f.Cases.Select(c => (f, c.Layer, c.Mode)));
    }

    private static void AssertSame(int[] expected, int[] actual, string where)
    {
        int[] missing = [.. expected.Except(actual)], extra = [.. actual.Except(expected)];
        Assert.True(missing.Length + extra.Length == 0 && expected.Length == actual.Length,
            $"{where}: missing [{string.Join(' ', missing)}], extra [{string.Join(' ', extra)}].");
        Assert.True(actual.SequenceEqual(actual.Order()), $"{where}: not in order.");
    }
}
