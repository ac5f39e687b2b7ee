namespace MPCache.Protocols;

/// <summary>
/// A draw among the k largest of many values, or among fewer of them: the index of the largest sum of value and noise, where only the k
/// largest values count. Noise is Gumbel's, so the sum's largest is distributed as the softmax of the values that count.
/// </summary>
/// <remarks>
/// Values, with their index as lowest bits, and noise are shuffled together; the k largest are found in their shuffled places
/// (<see cref="FewOfMany"/>). Where <see cref="CandidateCuts"/> narrow them, the order of the k is opened too, in the same places, and what
/// is cut is a suffix of that order: a bit for each of the k decides, and lowers the key of what is cut below all others. At last the k
/// sums are shuffled anew and ranked; the winner's key holds its index, which stays secret. All that is opened is the order of keys in
/// places of a fresh permutation, one for each of the two rankings, so neither the drawn index nor its rank among the k is told.
/// </remarks>
public static class CandidateDraw
{
    /// <summary>Bits of the ring in which candidates are compared with their cuts.</summary>
    public const int CutRing = 33;

    private const int ScaleFrac = 16;
    private const int Mantissa = Softmax.Frac;

    /// <summary>
    /// Why cuts have no room for values of so many bits, fractional bits and number; null where they have.
    /// </summary>
    public static string? WhyNoCuts(int valueBits, int frac, int n)
    {
        int ring = valueBits + TopK.IndexBits(n);
        return ring + 2 > 37 ? $"{n:N0} values of {valueBits} bits leave no room in the keys for what is cut"
            : valueBits - frac > 12 ? $"values of {valueBits - frac} bits before the point are more than exponentials take"
            : null;
    }

    /// <summary>
    /// The drawn index: a secret in a ring of <see cref="TopK.IndexBits"/> bits.
    /// </summary>
    /// <param name="mpc">The run.</param>
    /// <param name="values">The values; the sum of value and noise lies within 2^(valueBits-2) units of the last place.</param>
    /// <param name="noise">Added to the values that count; as long, with as many fractional bits.</param>
    /// <param name="valueBits">Bits that values, sums and their differences need; with the index 37 at most.</param>
    /// <param name="k">Values that count, at least 1.</param>
    /// <param name="cuts">What narrows them further, or null.</param>
    /// <exception cref="ArgumentException">See <see cref="WhyNoCuts"/>.</exception>
    public static async ValueTask<Secret> IndexOfDrawn(
        this Mpc mpc,
        Secret values,
        Secret noise,
        int valueBits,
        int k,
        CandidateCuts? cuts)
    {
        int n = values.Length, indexBits = TopK.IndexBits(n), ring = valueBits + indexBits;
        if (cuts is not null && WhyNoCuts(valueBits, values.Frac, n) is { } reason)
        {
            throw new ArgumentException($"Candidates cannot be cut: {reason}.", nameof(cuts));
        }

        k = Math.Min(k, n);
        SecretPermutation order = mpc.DrawPermutation(n);
        Secret keys = await mpc.Shuffle(mpc.Distinct(values, valueBits, n), order, 1);
        ValueTask<Secret> moving = mpc.Shuffle(noise.Reduce(valueBits), order, 1); // beside the search for the largest
        int[]? all = mpc.Computes ? [.. Enumerable.Range(0, n)] : null;
        int[]? places = await mpc.FewLargestOfShuffled(keys, all, n, k);
        if (cuts is not null)
        {
            int[]? ranks = await mpc.RanksOfShuffled(mpc.At(keys, places, k), 1);
            if (ranks is not null)
            {
                Array.Sort(ranks, places!);
            }
        }

        keys = mpc.At(keys, places, k);
        noise = await moving;
        Secret sums = mpc.WithNoise(keys, mpc.At(noise, places, k), indexBits);
        sums = cuts is null ? sums : await mpc.Cut(keys with { Frac = values.Frac + indexBits }, sums, cuts);
        sums = await mpc.Shuffle(sums, mpc.DrawPermutation(k), 1);
        int[]? drawn = await mpc.RanksOfShuffled(sums, 1);
        Secret winner = mpc.At(sums, drawn is null ? null : [Array.IndexOf(drawn, 0)], 1);
        if (mpc.Computes)
        {
            winner.Words.Span[0] = (mpc.AddsPublic * (ulong)(n - 1)) - winner.Words.Span[0];
        }

        return winner with { Ring = indexBits, Frac = 0 };
    }

    /// <summary>
    /// Lowers the sums of those that are cut below all others. Keys in falling order, so that sums of the probabilities before each are
    /// local. Nine rounds.
    /// </summary>
    private static async ValueTask<Secret> Cut(this Mpc mpc, Secret keys, Secret sums, CandidateCuts cuts)
    {
        int k = keys.Length, ring = keys.Ring, rangeBits = Math.Max(6, ring - keys.Frac);
        ValueTask<Masked> mass = mpc.Mask(cuts.Mass);
        ValueTask<Secret> wideSums = mpc.Widen(sums, ring + 2);
        Secret distance = mpc.Below(await mpc.Widen(keys, 64), k);
        Secret e = await mpc.Exp2Negative(distance.Reduce(Exponential.XFrac + rangeBits), Mantissa);
        e = await mpc.Widen(e, CandidateCuts.MassRing);
        (Secret before, Secret all) = mpc.SumsBefore(e);
        Masked allMasked = await mpc.Mask(all);
        Secret enough = mpc.Multiply(allMasked, await mass);
        enough = mpc.Shrink(enough, CandidateCuts.MassFrac).Reduce(CutRing);

        // Negative where the candidates before have the mass already, and where one lies too far below the first.
        Words margins = mpc.Take(2 * k);
        if (mpc.Computes)
        {
            for (int i = 0; i < k; i++)
            {
                margins.Span[i] = enough.Words.Span[0] - before.Words.Span[i];
                margins.Span[k + i] = cuts.Distance.Words.Span[0] - distance.Words.Span[i];
            }
        }

        Comparison.Signs signs = await mpc.Negative(margins, CutRing);
        BitMasks masks = mpc.DealBitMasks(1, 2 * k, 3);
        Words u = await mpc.OpenMasked(signs.Negative, masks.Bits);
        Secret lowered = await wideSums;
        if (mpc.Computes)
        {
            Words cut = mpc.Zeros(2 * k);
            Kernels.Kernel.BitToWord(cut.Span, u.Span, masks.Words.Span, mpc.AddsPublic, 1, 2 * k);
            for (int i = 0; i < k; i++)
            {
                lowered.Words.Span[i] -= (cut.Span[i] + cut.Span[k + i]) << (ring - 1);
            }
        }

        return lowered;
    }

    /// <summary>How far each lies below the first, in units of ln 2.</summary>
    private static Secret Below(this Mpc mpc, Secret keys, int k)
    {
        Words below = mpc.Take(k);
        ulong scale = (ulong)Math.Round(Math.ScaleB(1 / Math.Log(2), ScaleFrac));
        for (int i = 0; mpc.Computes && i < k; i++)
        {
            below.Span[i] = (keys.Words.Span[0] - keys.Words.Span[i]) * scale;
        }

        int frac = keys.Frac + ScaleFrac;
        return mpc.Shrink(keys with { Words = below, Frac = frac }, frac - Exponential.XFrac);
    }

    private static (Secret Before, Secret All) SumsBefore(this Mpc mpc, Secret e)
    {
        Words before = mpc.Take(e.Length), all = mpc.Take(1);
        ulong sum = 0;
        for (int i = 0; mpc.Computes && i < e.Length; i++)
        {
            before.Span[i] = sum;
            sum += e.Words.Span[i];
        }

        if (mpc.Computes)
        {
            all.Span[0] = sum;
        }

        return (e with { Words = before }, e with { Words = all });
    }

    private static Secret WithNoise(this Mpc mpc, Secret keys, Secret noise, int indexBits)
    {
        Words sums = mpc.Take(keys.Length);
        for (int i = 0; mpc.Computes && i < sums.Length; i++)
        {
            sums.Span[i] = keys.Words.Span[i] + (noise.Words.Span[i] << indexBits);
        }

        return keys with { Words = sums };
    }

    /// <summary>Elements at public places; where there are none, a shape.</summary>
    private static Secret At(this Mpc mpc, Secret x, int[]? places, int count)
    {
        Words at = mpc.Take(count);
        for (int i = 0; places is not null && i < count; i++)
        {
            at.Span[i] = x.Words.Span[places[i]];
        }

        return x with { Words = at };
    }
}
