using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Index of the largest element, by a binary tree of comparisons on keys that hold the value above and the index below, so that equal
/// values are told
/// apart by the index and the winner's index needs no path through the tree. Three rounds a level.
/// </summary>
public static class Argmax
{
    /// <summary>Bits of the index in a key of n elements.</summary>
    public static int IndexBits(int n) => Math.Max(1, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(n - 1)));

    /// <summary>
    /// The largest element's index, for values with |x| &lt; 2^(valueBits-2): a secret in a ring of <see cref="IndexBits"/> bits. The
    /// lowest index wins a tie.
    /// </summary>
    /// <param name="mpc">The run.</param>
    /// <param name="x">The values; shrink them to as few bits as their meaning allows, index and value together 37 at most.</param>
    /// <param name="valueBits">Bits that values and their differences need.</param>
    public static async ValueTask<Secret> IndexOfLargest(this Mpc mpc, Secret x, int valueBits)
    {
        int n = x.Length, indexBits = IndexBits(n), ring = indexBits + valueBits;
        if (ring > 37)
        {
            throw new ArgumentException($"{n:N0} values of {valueBits} bits do not fit the keys.", nameof(x));
        }

        Words keys = mpc.Take(n);
        if (mpc.Computes)
        {
            Span<ulong> k = keys.Span;
            for (int i = 0; i < n; i++)
            {
                k[i] = (x.Words.Span[i] << indexBits) + (mpc.AddsPublic * (ulong)(n - 1 - i));
            }
        }

        while (keys.Length > 1)
        {
            // max(a, b) = b + max(a - b, 0); an odd one out goes through as it is
            int half = keys.Length / 2, rest = keys.Length - half;
            Words difference = mpc.Take(half), next = mpc.Take(rest);
            if (mpc.Computes)
            {
                Kernel.Sub(difference.Span, keys.Span[..half], keys.Span.Slice(rest, half), half);
                keys.Span[half..].CopyTo(next.Span);
            }

            Comparison.Signs signs = await mpc.Negative(difference, ring);
            Words positive = await mpc.Positive(difference, signs, ring);
            if (mpc.Computes)
            {
                Span<ulong> tail = next.Span[(rest - half)..];
                Kernel.Add(tail, tail, positive.Span, half);
            }

            keys = next;
        }

        Words index = mpc.Take(1);
        if (mpc.Computes)
        {
            index.Span[0] = (mpc.AddsPublic * (ulong)(n - 1)) - keys.Span[0];
        }

        return new Secret(index, indexBits, 0);
    }
}
