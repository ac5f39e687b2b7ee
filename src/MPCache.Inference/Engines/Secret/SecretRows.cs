using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Copies between secrets at public places. Shapes are blocks x n x width; where values are not held only the shapes are followed.
/// </summary>
internal static class SecretRows
{
    /// <summary>Rows at <paramref name="places"/> of each block: blocks x k x width.</summary>
    public static Secret Pick(this Mpc mpc, Secret x, int n, int width, int[][]? places, int k)
    {
        int blocks = x.Length / (n * width);
        Words picked = mpc.Take(blocks * k * width);
        for (int b = 0; mpc.Computes && b < blocks; b++)
        {
            for (int i = 0; i < k; i++)
            {
                x.Words.Span.Slice(((b * n) + places![b][i]) * width, width).CopyTo(picked.Span[(((b * k) + i) * width)..]);
            }
        }

        return x with { Words = picked };
    }

    /// <summary>The reverse: blocks x n x width, zero but at <paramref name="places"/>.</summary>
    public static Secret Place(this Mpc mpc, Secret x, int n, int width, int[][]? places, int k)
    {
        int blocks = x.Length / (k * width);
        Words placed = mpc.Zeros(blocks * n * width);
        for (int b = 0; mpc.Computes && b < blocks; b++)
        {
            for (int i = 0; i < k; i++)
            {
                x.Words.Span.Slice(((b * k) + i) * width, width).CopyTo(placed.Span[(((b * n) + places![b][i]) * width)..]);
            }
        }

        return x with { Words = placed };
    }

    /// <summary>Runs of columns of each block, one after the other: blocks x total length.</summary>
    public static Secret Columns(this Mpc mpc, Secret x, int blocks, params (int From, int Count)[] runs)
    {
        int stride = x.Length / blocks, total = runs.Sum(r => r.Count);
        Words columns = mpc.Take(blocks * total);
        for (int b = 0; mpc.Computes && b < blocks; b++)
        {
            int at = b * total;
            foreach ((int from, int count) in runs)
            {
                x.Words.Span.Slice((b * stride) + from, count).CopyTo(columns.Span[at..]);
                at += count;
            }
        }

        return x with { Words = columns };
    }

    /// <summary>Blocks side by side: blocks x sum of widths. All parts have the ring and fraction of the first.</summary>
    public static Secret Beside(this Mpc mpc, int blocks, params Secret[] parts)
    {
        int total = parts.Sum(p => p.Length / blocks);
        Words joined = mpc.Take(blocks * total);
        for (int b = 0; mpc.Computes && b < blocks; b++)
        {
            int at = b * total;
            foreach (Secret part in parts)
            {
                int width = part.Length / blocks;
                part.Words.Span.Slice(b * width, width).CopyTo(joined.Span[at..]);
                at += width;
            }
        }

        return parts[0] with { Words = joined };
    }

    /// <summary>Sums of runs of <paramref name="size"/> neighbours.</summary>
    public static Secret SumsOfRuns(this Mpc mpc, Secret x, int size)
    {
        Words sums = mpc.Zeros(x.Length / size);
        for (int i = 0; mpc.Computes && i < x.Length; i++)
        {
            sums.Span[i / size] += x.Words.Span[i];
        }

        return x with { Words = sums };
    }

    /// <summary>Sums of groups of neighbouring blocks: groups x n.</summary>
    public static Secret SumsOfBlocks(this Mpc mpc, Secret x, int blocks, int groups)
    {
        if (groups == blocks)
        {
            return x;
        }

        int n = x.Length / blocks;
        Words sums = mpc.Zeros(groups * n);
        for (int i = 0; mpc.Computes && i < x.Length; i++)
        {
            sums.Span[(i / n / (blocks / groups) * n) + (i % n)] += x.Words.Span[i];
        }

        return x with { Words = sums };
    }

    /// <summary>
    /// Each element of a block plus its neighbours, but for those left out: see <see cref="Cache.ICacheOperations{T}.SumsAround"/>.
    /// </summary>
    public static Secret SumsAround(this Mpc mpc, Secret x, int blocks, int before, int after, Func<int, bool>? without)
    {
        int n = x.Length / blocks;
        Words sums = mpc.Zeros(x.Length);
        for (int i = 0; mpc.Computes && i < x.Length; i++)
        {
            int block = i / n * n, at = i % n;
            for (int j = Math.Max(0, at - before); j <= Math.Min(n - 1, at + after); j++)
            {
                sums.Span[i] += without?.Invoke(j) == true ? 0 : x.Words.Span[block + j];
            }
        }

        return x with { Words = sums };
    }
}
