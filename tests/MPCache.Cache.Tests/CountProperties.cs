using CsCheck;

namespace MPCache.Cache.Tests;

/// <summary>The public counts are what the sets turn out to be, whatever the policy, sizes and data.</summary>
public class CountProperties
{
    private static readonly Gen<ClusterLevel> Fine = Gen.Select(
        Gen.Int[1, 20],
        Gen.Double[0.01, 1],
        (size, ratio) => new ClusterLevel(size, ratio));

    private static readonly Gen<ComposedPolicy> Policies =
        from fine in Fine
        from multiple in Gen.Int[0, 4]
        from coarseRatio in Gen.Double[0.01, 1]
        from ratio in Gen.Double[0.01, 1]
        from score in Gen.Enum<ClusterScore>()
        from heads in Gen.Enum<HeadSharing>()
        from sinks in Gen.Int[0, 40]
        from recent in Gen.Int[0, 40]
        from skip in Gen.Int[0, 1]
        from eviction in Gen.Enum<EvictionKind>().Where(e => e != EvictionKind.Threshold)
        from deciders in Gen.Enum<EvictionSharing>()
        from budget in Gen.Int[0, 200]
        from forward in Gen.Int[0, 9]
        from selection in Gen.Enum<SelectionKind>()
        select (ComposedPolicy)(new Mpcache
        {
            Level1 = multiple == 0 ? null : new ClusterLevel(fine.Size * multiple, coarseRatio),
            Level2 = fine,
            StaticRatio = ratio,
            Score = score,
            ShareLayers = LayerGroups.Of(1),
            ShareHeads = deciders == EvictionSharing.Head && heads == HeadSharing.Layer ? HeadSharing.KeyHead : heads,
            EvictBy = deciders,
            Budget = budget,
            Forward = forward,
            SinkTokens = sinks,
            RecentTokens = recent,
            SkipLayers = skip,
            Eviction = eviction,
            Selection = selection,
            Pooling = 1 + 2 * skip,
        }).Validated();

    [Fact]
    public void Counts_are_the_sizes_of_the_sets()
    {
        Gen.Select(Policies, Gen.Int[1, 150], Gen.Int[1, 40], Gen.Int[0, 1], Gen.Int).Sample(
            (policy, prompt, generated, layer, seed) =>
            {
                HeadRows window = Rows.Random(seed, 4, policy.WindowLength(prompt), 4), promptKeys = Rows.Random(seed + 1, 2, prompt, 4);
                int[][] kept = Trial.Keep(policy, layer, window, promptKeys);
                Assert.Equal(2, kept.Length);
                foreach (int[] head in kept)
                {
                    AssertAscending(head, prompt);
                    Assert.Equal(policy.Kept(prompt, layer), head.Length);
                }

                int cached = kept[0].Length + generated;
                int[][] selected = Trial.Select(
                    policy,
                    layer,
                    prompt,
                    Rows.Random(seed + 2, 4, 1, 4),
                    Rows.Random(seed + 3, 2, cached, 4),
                    generated);
                Assert.Equal(cached, policy.Cached(prompt, generated, layer));
                foreach (int[] head in selected)
                {
                    AssertAscending(head, cached);
                    Assert.Equal(policy.Selected(prompt, generated, layer), head.Length);
                }
            },
            iter: 2000);
    }

    [Fact]
    public void Reference_sets_are_within_their_bound_and_hold_what_always_stays()
    {
        Gen.Select(Policies, Gen.Int[1, 200], Gen.Int).Sample(
            (policy, cached, seed) =>
            {
                policy = policy with { AlwaysKept = AlwaysKeptRule.Reference, Selection = SelectionKind.Clusters, SkipLayers = 0 };
                int[][] selected = Trial.Select(policy, 0, cached, Rows.Random(seed, 2, 1, 4), Rows.Random(seed + 1, 2, cached, 4));
                foreach (int[] head in selected)
                {
                    AssertAscending(head, cached);
                    Assert.InRange(head.Length, 1, (policy with { Eviction = EvictionKind.None }).Selected(cached, 0, 0));
                    Assert.Equal(0, head[0]);
                }
            },
            iter: 2000);
    }

    [Fact]
    public void Without_a_hierarchy_the_public_rule_selects_all_that_the_reference_does_but_its_padding()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int).Sample(
            (cached, seed) =>
            {
                ComposedPolicy policy = Trial.Of("dynamic-linear");
                HeadRows queries = Rows.Random(seed, 2, 1, 4), keys = Rows.Random(seed + 1, 2, cached, 4);
                int[][] ours = Trial.Select(policy, 0, cached, queries, keys);
                int[][] reference = Trial.Select(policy with { AlwaysKept = AlwaysKeptRule.Reference }, 0, cached, queries, keys);
                int complete = cached / 16 * 16;
                for (int h = 0; h < ours.Length; h++)
                {
                    HashSet<int> whole = [.. ours[h].Select(t => t / 16)];
                    Assert.DoesNotContain(reference[h], t => t < complete - 16 && !whole.Contains(t / 16));
                }
            },
            iter: 500);
    }

    private static void AssertAscending(int[] positions, int below)
    {
        for (int i = 0; i < positions.Length; i++)
        {
            Assert.InRange(positions[i], i == 0 ? 0 : positions[i - 1] + 1, below - 1);
        }
    }
}
