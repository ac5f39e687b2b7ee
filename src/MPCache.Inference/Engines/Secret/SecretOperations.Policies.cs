using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Inference;

internal sealed partial class SecretOperations
{
    private const int PlaceRing = 16; // places are counted in it
    private const int MostKeyBits = 37; // of a compared value and its index

    // ---- statistics ------------------------------------------------------------------------------------

    /// <inheritdoc/>
    public async ValueTask<Secret> Received(Attended<Secret> attended, int from, long most)
    {
        int heads = config.Heads, rows = attended.Rows, count = rows - from, tokens = attended.Tokens;
        Secret own = mpc.Columns(attended.Reciprocals.Value, heads, (from, count));
        int frac = Softmax.Frac - Math.Max(0, BitsOf(most) - Formats.ImportanceBits); // fewer bits where very many rows are summed
        Masked factors = await mpc.Mask(await mpc.Truncate(own, frac, Formats.Importance.Ring)), numerators = ((SecretFactor)attended
            .Numerators).Masked;
        Words received = mpc.Take(heads * tokens);
        Secret sum = default;
        for (int h = 0; h < heads; h++)
        {
            Masked rowsOfHead = numerators.Slice(((h * rows) + from) * tokens, count * tokens);
            sum = mpc.MultiplyMatrix(factors.Slice(h * count, count), rowsOfHead, 1, tokens, count);
            if (mpc.Computes)
            {
                sum.Words.Span.CopyTo(received.Span[(h * tokens)..]);
            }
        }

        return sum with { Words = received };
    }

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> AsKeys(Secret x, int layer)
        => await Open(await mpc.Truncate(x, Key(layer).Frac, Key(layer).Ring));

    // ---- comparisons -----------------------------------------------------------------------------------

    /// <inheritdoc/>
    public Secret Comparable(Secret scores) => mpc.Shrink(scores, scores.Frac - Formats.ClusterScoreFrac);

    /// <inheritdoc/>
    public Secret Comparable(Secret x, long most)
    {
        int frac = Math.Min(x.Frac, Formats.ImportanceKeyRing - 2 - BitsOf(most)); // what is left of the ring
        return mpc.Shrink(x, x.Frac - frac).Reduce(Formats.ImportanceKeyRing);
    }

    /// <inheritdoc/>
    public async ValueTask<Secret> Above(Secret x, double floor)
    {
        if (floor == 0)
        {
            return x;
        }

        Words above = mpc.Take(x.Length);
        ulong own = mpc.AddsPublic * (ulong)Math.Round(Math.ScaleB(floor, x.Frac));
        for (int i = 0; mpc.Computes && i < x.Length; i++)
        {
            above.Span[i] = x.Words.Span[i] - own;
        }

        return x with { Words = await mpc.Positive(above, await mpc.Negative(above, x.Ring), x.Ring) };
    }

    /// <inheritdoc/>
    public async ValueTask<(Secret Larger, Secret Smaller)> Sort(Secret x, Secret y)
    {
        int n = x.Length, ring = Math.Min(x.Ring, Formats.ClusterKey.Ring);
        Words difference = mpc.Take(n), larger = mpc.Take(n), smaller = mpc.Take(n);
        if (mpc.Computes)
        {
            Kernel.Sub(difference.Span, x.Words.Span, y.Words.Span, n);
        }

        Words gain = await mpc.Positive(difference, await mpc.Negative(difference, ring), ring);
        if (mpc.Computes)
        {
            // max(x, y) = y + (x - y)+; min(x, y) = x - (x - y)+
            Kernel.Add(larger.Span, y.Words.Span, gain.Span, n);
            Kernel.Sub(smaller.Span, x.Words.Span, gain.Span, n);
        }

        return (new Secret(larger, ring, x.Frac), new Secret(smaller, ring, x.Frac));
    }

    /// <inheritdoc/>
    public async ValueTask<HiddenPlaces> Largest(Secret x, int rows, int kept)
    {
        int n = x.Length / rows, over = x.Ring + TopK.IndexBits(n) - MostKeyBits;
        Counts += new OperationCounts(0, x.Length, (long)x.Length * kept);
        x = over > 0 ? mpc.Shrink(x, over) : x; // last places, where the index would find no room
        SecretPermutation order = mpc.DrawPermutation(n, rows);
        return new SecretPlaces(n, kept, order, await mpc.Largest(x, order, rows, kept));
    }

    /// <summary>
    /// A second permutation of the kept rows, and the places after it in the order that they had. The kept bits go back to that order,
    /// become positions by a prefix sum and
    /// return; those of the kept are shuffled by the second permutation and opened. They must not be opened in the first one's places:
    /// there the order of what was
    /// compared is open, and both together would tell which place, among the kept, matters most. Seven rounds, 8 bytes a candidate.
    /// </summary>
    public async ValueTask<HiddenPlaces> InOrder(HiddenPlaces hidden)
    {
        var of = (SecretPlaces)hidden;
        int n = of.Candidates, rows = of.Rows, k = of.Kept;
        Words bits = mpc.Zeros(rows * n);
        for (int r = 0; of.Places is not null && r < rows; r++)
        {
            foreach (int place in of.Places[r])
            {
                bits.Span[(r * n) + place] = mpc.AddsPublic;
            }
        }

        Secret back = await mpc.Unshuffle(new Secret(bits, PlaceRing, 0), of.Order, 1);
        for (int i = 0; mpc.Computes && i < rows * n; i++)
        {
            back.Words.Span[i] += i % n == 0 ? 0 : back.Words.Span[i - 1];
        }

        Secret positions = await mpc.Shuffle(back, of.Order, 1);
        SecretPermutation again = mpc.DrawPermutation(k, rows);
        Secret ofKept = await mpc.Shuffle(mpc.Pick(positions, n, 1, of.Places, k), again, 1);
        Words opened = await mpc.OpenShuffledPlaces(ofKept.Words, PlaceRing);
        int[][]? sorted = of.Places is null ? null : new int[rows][];
        for (int r = 0; sorted is not null && r < rows; r++)
        {
            sorted[r] = [.. Enumerable.Range(0, k)];
            Array.Sort(opened.Span.Slice(r * k, k).ToArray(), sorted[r]);
        }

        return new SecretPlaces(n, k, of.Order, of.Places, new SecretPlaces(k, k, again, sorted));
    }

    // ---- hidden places ---------------------------------------------------------------------------------

    /// <inheritdoc/>
    public async ValueTask<Secret> Gather(Secret x, HiddenPlaces hidden, int width)
    {
        var at = (SecretPlaces)hidden;
        Secret picked = mpc.Pick(await mpc.Shuffle(x, at.Order, width), at.Candidates, width, at.Places, at.Kept);
        return at.Then is { } then ? await Gather(picked, then, width) : picked;
    }

    /// <inheritdoc/>
    public async ValueTask<Secret> Scatter(Secret x, HiddenPlaces hidden, int width)
    {
        var at = (SecretPlaces)hidden;
        x = at.Then is { } then ? await Scatter(x, then, width) : x;
        return await mpc.Unshuffle(mpc.Place(x, at.Candidates, width, at.Places, at.Kept), at.Order, width);
    }

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> Move(Factor<Secret> rows, HiddenPlaces hidden)
    {
        var at = (SecretPlaces)hidden;
        Masked open = ((SecretFactor)rows).Masked;
        int width = open.Length / (at.Rows * at.Candidates);

        // All candidates travel in as small a ring as holds them; the kept ones go back to their own.
        Secret shuffled = await mpc.Shuffle(open with { Ring = Math.Min(open.Ring, Formats.MovingRing) }, at.Order, width);
        Secret picked = mpc.Pick(shuffled, at.Candidates, width, at.Places, at.Kept);
        picked = at.Then is { } then ? await Gather(picked, then, width) : picked;
        return await Open(await mpc.Widen(picked, open.Ring));
    }

    /// <summary>Bits of a sum that reaches <paramref name="most"/>.</summary>
    private static int BitsOf(long most) => 1 + System.Numerics.BitOperations.Log2((ulong)most);
}
