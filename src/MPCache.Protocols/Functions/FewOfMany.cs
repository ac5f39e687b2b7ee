namespace MPCache.Protocols;

/// <summary>
/// The k largest of one row of shuffled keys where k is small beside their number: a tournament of small groups before
/// <see cref="TopK"/>, for whose plan so many keys are dear.
/// </summary>
/// <remarks>
/// A group that holds one of the k largest has a maximum that is among the k largest maxima, since fewer than k keys, and so fewer than k
/// maxima, are larger. So: sort groups of four by all pairs, find the k largest maxima in the same way, and look on in their groups alone.
/// The number of comparisons follows from n and k, whatever the keys: 49,152 keys take 170,000 where all pairs of runs took 2.4 million.
/// </remarks>
internal static class FewOfMany
{
    private const int Group = 4;

    /// <summary>
    /// Places of the k largest of those at <paramref name="places"/>, in no order; null where values are not held. Three rounds for each
    /// division by four, twice, and those of the plans that are left.
    /// </summary>
    /// <param name="mpc">The run.</param>
    /// <param name="keys">Distinct keys in shuffled places, as <see cref="TopK"/> takes them.</param>
    /// <param name="places">Which of them; null where values are not held.</param>
    /// <param name="count">How many they are at most; a place of -1 is none.</param>
    /// <param name="k">How many are wanted, at most as many as there are.</param>
    public static async ValueTask<int[]?> FewLargestOfShuffled(this Mpc mpc, Secret keys, int[]? places, int count, int k)
    {
        int n = keys.Length;
        if (count < 2 * Group * k)
        {
            int[][]? found = await mpc.LargestOfShuffled(mpc.Gather(keys, 1, n, count, Row(places)), 1, k);
            return found is null ? null : [.. found[0].Select(i => places![i])];
        }

        int groups = (count + Group - 1) / Group;
        int[]? ranks = await mpc.RanksOfShuffled(mpc.Gather(keys, 1, n, groups * Group, Row(places)), groups);
        Dictionary<int, int>? groupOf = null;
        if (ranks is not null)
        {
            groupOf = [];
            for (int i = 0; i < places!.Length; i++)
            {
                if (ranks[i] == 0)
                {
                    groupOf[places[i]] = i / Group;
                }
            }
        }

        int[]? winners = await mpc.FewLargestOfShuffled(keys, groupOf?.OrderBy(g => g.Value).Select(g => g.Key).ToArray(), groups, k);
        int[]? open = winners?.SelectMany(w => places!.Skip(groupOf![w] * Group).Take(Group)).ToArray();
        return await mpc.FewLargestOfShuffled(keys, open, k * Group, k);
    }

    private static int[][]? Row(int[]? places) => places is null ? null : [places];
}
