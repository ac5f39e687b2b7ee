namespace MPCache.Protocols;

/// <summary>
/// The k largest of each row of secrets: the rows are shuffled, then their order is opened as far as a <see cref="TopKPlan"/> needs it.
/// </summary>
/// <remarks>
/// Equal keys would show themselves in what is opened, and the order between them would be the places'. So each key gets its index before
/// the shuffle as lowest bits:
/// all keys of a row differ, their order is a uniformly random permutation whatever they are, and of equal keys the first wins.
/// </remarks>
public static class TopK
{
    /// <summary>
    /// Shuffles each row (rows x n keys) by <paramref name="order"/>, a permutation of <paramref name="rows"/> blocks drawn for this, and
    /// returns the places after the
    /// shuffle of its k largest, in no order, opened to both; null where values are not held. Keys lie in (-2^(ring-2), 2^(ring-2)); ring +
    /// ceil(log2 n) is at most 37.
    /// Two rounds and those of the plan; bytes whatever the keys.
    /// </summary>
    public static async ValueTask<int[][]?> Largest(this Mpc mpc, Secret keys, SecretPermutation order, int rows, int k)
    {
        Secret distinct = mpc.Distinct(keys, keys.Ring, keys.Length / rows);
        return await mpc.LargestOfShuffled(await mpc.Shuffle(distinct, order, 1), rows, k);
    }

    /// <summary>Keys of so many bits with the index in their row of n as lowest bits, the first index largest.</summary>
    internal static Secret Distinct(this Mpc mpc, Secret keys, int bits, int n)
    {
        int indexBits = IndexBits(n);
        Words distinct = mpc.Take(keys.Length);
        for (int i = 0; mpc.Computes && i < distinct.Length; i++)
        {
            distinct.Span[i] = (keys.Words.Span[i] << indexBits) + (mpc.AddsPublic * (ulong)(n - 1 - (i % n)));
        }

        return new Secret(distinct, bits + indexBits, 0);
    }

    /// <summary>Bits that tell n keys apart.</summary>
    public static int IndexBits(int n) => System.Numerics.BitOperations.Log2((uint)Math.Max(1, (2 * n) - 1));

    /// <summary>The same for keys that are distinct and shuffled already.</summary>
    internal static async ValueTask<int[][]?> LargestOfShuffled(this Mpc mpc, Secret keys, int rows, int k)
    {
        var plan = TopKPlan.For(keys.Length / rows, k, keys.Ring, rows);
        int[][]? places = mpc.Computes ? [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, plan.N).ToArray())] : null;
        var found = new List<int>[rows];
        for (int r = 0; r < rows; r++)
        {
            found[r] = [];
        }

        for (TopKPlan? step = plan; step is not null; step = step.Rest)
        {
            places = step.Rest is null
                ? await mpc.Finish(keys, rows, plan.N, step, places, found)
                : await mpc.Bracket(keys, rows, plan.N, step, places, found);
        }

        return mpc.Computes ? [.. found.Select(f => f.ToArray())] : null;
    }

    /// <summary>All pairs of what is still open.</summary>
    private static async ValueTask<int[][]?> Finish(
        this Mpc mpc,
        Secret keys,
        int rows,
        int n,
        TopKPlan step,
        int[][]? places,
        List<int>[] found)
    {
        int[]? ranks = step.K == 0 ? null
            : step.K == step.N ? new int[rows * step.N]
            : await mpc.RanksOfShuffled(mpc.Gather(keys, rows, n, step.N, places), rows);
        for (int i = 0; places is not null && ranks is not null && i < ranks.Length; i++)
        {
            int row = i / step.N, at = i % step.N;
            if (ranks[i] < step.K && at < places[row].Length)
            {
                found[row].Add(places[row][at]);
            }
        }

        return null;
    }

    /// <summary>Sorts groups and samples; adds what is sure to <paramref name="found"/> and returns what stays open.</summary>
    private static async ValueTask<int[][]?> Bracket(
        this Mpc mpc,
        Secret keys,
        int rows,
        int n,
        TopKPlan step,
        int[][]? places,
        List<int>[] found)
    {
        int size = step.Group, groups = step.Groups, runs = size / step.Stride;
        int[]? ranks = await mpc.RanksOfShuffled(mpc.Gather(keys, rows, n, groups * size, places), rows * groups);
        int[][]? sorted = ranks is null
            ? null
            : [.. Enumerable.Range(0, rows).Select(r => Sort(ranks.AsSpan(r * groups * size, groups * size), places![r], size))];
        int[][]? samples = sorted is null
            ? null
            : [.. sorted.Select(s => Enumerable.Range(0, step.Samples).Select(i => s[((i + 1) * step.Stride) - 1]).ToArray())];
        int[]? order = await mpc.RanksOfShuffled(mpc.Gather(keys, rows, n, step.Samples, samples), rows);
        if (order is null)
        {
            return null;
        }

        int[][] open = new int[rows][];
        for (int r = 0; r < rows; r++)
        {
            var left = new List<int>(step.Open);
            for (int i = 0; i < step.Samples; i++)
            {
                ReadOnlySpan<int> run = sorted![r].AsSpan(i * step.Stride, step.Stride);
                int rank = order[(r * step.Samples) + i];
                // Behind the last open sample nothing counts.
                bool behindOpenRun = i % runs == 0 || order[(r * step.Samples) + i - 1] < step.Bracket - 1;
                List<int>? to = rank < step.Sure ? found[r] : rank < step.Bracket || behindOpenRun ? left : null;
                foreach (int place in rank < step.Bracket ? run : run[..^1])
                {
                    if (place >= 0)
                    {
                        to?.Add(place);
                    }
                }
            }

            open[r] = [.. left];
        }

        return open;
    }

    /// <summary>Places of each group in falling order of their keys; -1 where a group was filled up.</summary>
    private static int[] Sort(ReadOnlySpan<int> ranks, int[] places, int size)
    {
        int[] sorted = new int[ranks.Length];
        for (int i = 0; i < ranks.Length; i++)
        {
            sorted[(i / size * size) + ranks[i]] = i < places.Length ? places[i] : -1;
        }

        return sorted;
    }

    /// <summary>rows x count keys at public places; where there is no place, a key below all others.</summary>
    internal static Secret Gather(this Mpc mpc, Secret keys, int rows, int n, int count, int[][]? places)
    {
        Words gathered = mpc.Take(rows * count);
        if (places is not null)
        {
            Span<ulong> to = gathered.Span;
            to.Fill(mpc.AddsPublic * (0ul - (1ul << (keys.Ring - 2))));
            for (int r = 0; r < rows; r++)
            {
                ReadOnlySpan<ulong> from = keys.Words.Span.Slice(r * n, n);
                for (int i = 0; i < places[r].Length; i++)
                {
                    if (places[r][i] >= 0)
                    {
                        to[(r * count) + i] = from[places[r][i]];
                    }
                }
            }
        }

        return keys with { Words = gathered };
    }
}
