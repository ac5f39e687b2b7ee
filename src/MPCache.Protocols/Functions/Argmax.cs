using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Index of the largest element of each row, by a few levels of groups in which every element meets every other: <see cref="ArgmaxPlan"/>.
/// </summary>
/// <remarks>
/// A level opens each value once under its own mask. Differences of values are then open under differences of masks, so that the sign of
/// any pair takes no opening of its own (as in <see cref="Ordering"/>). An element is its group's largest where it loses to none: an AND of
/// as many bits as it has opponents, taken in rounds of few bits each, of which the last deals the products of its mask bits as words, and
/// times the masks of value and index: winners come out as words in the round that opens the last bits. Values need not be told apart by
/// their index: of two equal ones the earlier wins, and every later element of a group stems from later places.
/// </remarks>
public static class Argmax
{
    /// <summary>Bits of the index of n elements.</summary>
    public static int IndexBits(int n) => Math.Max(1, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(n - 1)));

    /// <summary>
    /// The index of each row's largest element, for values with |x| &lt; 2^(valueBits-2): rows secrets in a ring of
    /// <see cref="IndexBits"/> bits. The lowest index wins a tie. Rounds and bytes are those of <see cref="ArgmaxPlan.For"/>.
    /// </summary>
    /// <param name="mpc">The run.</param>
    /// <param name="x">rows x n values; shrink them to as few bits as their meaning allows.</param>
    /// <param name="valueBits">Bits that values and their differences need, 4 to 37.</param>
    /// <param name="rows">Rows, which share their rounds.</param>
    public static async ValueTask<Secret> IndexOfLargest(this Mpc mpc, Secret x, int valueBits, int rows = 1)
    {
        int n = x.Length / rows, indexBits = IndexBits(n);
        Words values = x.Words, indices = mpc.Zeros(rows);
        bool first = true;
        for (ArgmaxPlan? level = ArgmaxPlan.For(n, valueBits); level is not null; level = level.Rest)
        {
            Candidates winners = await mpc.Winners(
                new Candidates(values, first ? null : indices),
                rows,
                level,
                valueBits,
                indexBits);
            (values, indices, first) = (winners.Values, winners.Indices!.Value, false);
        }

        return new Secret(indices, indexBits, 0);
    }

    /// <summary>What is left of each row, with the places where it stood; null where it still stands there.</summary>
    private readonly record struct Candidates(Words Values, Words? Indices);

    private static async ValueTask<Candidates> Winners(
        this Mpc mpc,
        Candidates from,
        int rows,
        ArgmaxPlan level,
        int ring,
        int indexBits)
    {
        int g = level.Group, groups = rows * level.Groups, n = groups * g, pairs = groups * Ordering.Pairs(g);
        Words r = mpc.Correlations.Mask(n), s = from.Indices is null ? default : mpc.Correlations.Mask(n);
        ValueTask<Words> opening = mpc.OpenUnder(mpc.Fill(from.Values, rows, level, 0ul - (1ul << (ring - 2))), r, ring);
        ValueTask<Words> openingIndices = from.Indices is { } indices
            ? mpc.OpenUnder(mpc.Fill(indices, rows, level, 0), s, indexBits)
            : new(Words.Shape(n));
        Words d = await opening, places = await openingIndices;

        Words differences = mpc.Take(pairs), masks = Words.Shape(pairs);
        if (mpc.Computes)
        {
            Ordering.Differences(d.Span, differences.Span, groups, g);
        }

        if (r.HasValues)
        {
            masks = mpc.Arena.Take(pairs);
            Ordering.Differences(r.Span, masks.Span, groups, g);
        }

        Words less = await mpc.SignUnder(differences, masks, ring);
        int words = Words.ForBits(n), planes = level.Planes;
        Words wins = mpc.Wins(less, groups, g, planes, words);
        foreach (int arity in level.Ands)
        {
            planes /= arity;
            wins = await mpc.And(wins, arity, planes * words);
        }

        bool last = level.Rest is null;
        Words rho = mpc.Correlations.BitMask((long)planes * words * 64);
        Words products = planes == 1 ? rho : mpc.Correlations.AndSubsets(rho, planes, words);
        int subsets = (1 << planes) - 1;
        Words one = mpc.Correlations.BitsAsWords(products, subsets, n, last ? indexBits : Math.Max(ring, indexBits));
        Words timesR = last ? default : mpc.Correlations.BitProduct(products, r, subsets, ring);
        Words timesS = from.Indices is null ? default : mpc.Correlations.BitProduct(products, s, subsets, indexBits);
        Words u = await mpc.OpenMasked(wins, rho);

        Words values = last ? default : mpc.Zeros(groups), winners = mpc.Zeros(groups);
        if (mpc.Computes)
        {
            var chosen = new Selection(u, one, planes, words, n, mpc.AddsPublic);
            for (int i = 0; i < n; i++)
            {
                (ulong always, ulong bit) = chosen.At(i);
                if (!last)
                {
                    values.Span[i / g] += (d.Span[i] * bit) + (always * r.Span[i]) + chosen.Times(timesR, i);
                }

                winners.Span[i / g] += from.Indices is null
                    ? bit * (ulong)(i % (level.Groups * g))
                    : (places.Span[i] * bit) + (always * s.Span[i]) + chosen.Times(timesS, i);
            }
        }

        return new Candidates(values, winners);
    }

    /// <summary>Rows of whole groups: where a row has no more elements, one that loses to all.</summary>
    private static Words Fill(this Mpc mpc, Words x, int rows, ArgmaxPlan level, ulong none)
    {
        int n = x.Length / rows, whole = level.Groups * level.Group;
        if (n == whole)
        {
            return x;
        }

        Words filled = mpc.Take(rows * whole);
        for (int r = 0; mpc.Computes && r < rows; r++)
        {
            Span<ulong> row = filled.Span.Slice(r * whole, whole);
            x.Span.Slice(r * n, n).CopyTo(row);
            row[n..].Fill(mpc.AddsPublic * none);
        }

        return filled;
    }

    /// <summary>Plane by plane, whether each element wins against one of its opponents; planes beyond the opponents are all won.</summary>
    private static Words Wins(this Mpc mpc, Words less, int groups, int g, int planes, int words)
    {
        Words wins = mpc.Zeros(planes * words);
        if (!mpc.Computes)
        {
            return wins;
        }

        Span<ulong> w = wins.Span;
        w[((g - 1) * words)..].Fill(0ul - mpc.AddsPublic);
        ReadOnlySpan<ulong> bits = less.Span;
        for (int group = 0, at = 0; group < groups; group++)
        {
            for (int i = 0; i < g; i++)
            {
                int earlier = (group * g) + i;
                for (int j = i + 1; j < g; j++, at++)
                {
                    ulong loses = (bits[at / 64] >> (at % 64)) & 1; // the earlier one
                    int later = (group * g) + j;
                    w[((j - 1) * words) + (earlier / 64)] |= (loses ^ mpc.AddsPublic) << (earlier % 64);
                    w[(i * words) + (later / 64)] |= loses << (later % 64);
                }
            }
        }

        return wins;
    }

    /// <summary>
    /// The AND of an element's bits u_t xor rho_t as a word, from shares of the words prod_S rho: prod_t (u_t + (1 - 2 u_t) rho_t) is a
    /// sum over the subsets S with public coefficients.
    /// </summary>
    private ref struct Selection(Words u, Words one, int planes, int words, int n, ulong addsPublic)
    {
        private readonly ReadOnlySpan<ulong> _u = u.Span, _one = one.Span;
        private uint _bits;

        /// <summary>The public coefficient of the empty subset, and this party's share of the AND.</summary>
        public (ulong Always, ulong Bit) At(int i)
        {
            _bits = 0;
            for (int t = 0; t < planes; t++)
            {
                _bits |= (uint)((_u[(t * words) + (i / 64)] >> (i % 64)) & 1) << t;
            }

            ulong always = _bits == (1u << planes) - 1 ? 1u : 0u;
            return (always, (addsPublic * always) + Sum(_one, i));
        }

        /// <summary>The same sum over products of the subsets with something else.</summary>
        public readonly ulong Times(Words products, int i) => Sum(products.Span, i);

        private readonly ulong Sum(ReadOnlySpan<ulong> products, int i)
        {
            ulong sum = 0;
            uint all = (1u << planes) - 1;
            for (uint subset = 1; subset <= all; subset++)
            {
                // Nothing where a bit outside of the subset is 0; the sign is that of the number of opened ones inside.
                if ((_bits | subset) == all)
                {
                    ulong product = products[((int)(subset - 1) * n) + i];
                    sum += (System.Numerics.BitOperations.PopCount(_bits & subset) & 1) == 0 ? product : 0ul - product;
                }
            }

            return sum;
        }
    }
}
