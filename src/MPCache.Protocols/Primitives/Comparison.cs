using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Sign of a secret, in two rounds (docs/mathematics.md, section 4): X - R is opened and the carry of D + R below the sign bit is found
/// digit by
/// digit from R's dealt unit vectors; the digits' results meet in a one-round carry chain.
/// </summary>
public static class Comparison
{
    /// <summary>Bits of a digit.</summary>
    public const int Digit = 4;

    /// <summary>The sign bits of X and what was opened for them, which later steps reuse.</summary>
    /// <param name="Negative">XOR-shared bit per element: 1 where X is negative.</param>
    /// <param name="D">X - R, public.</param>
    /// <param name="R">Share of the mask.</param>
    public readonly record struct Signs(Words Negative, Words D, Words R);

    /// <summary>
    /// 1 where X &lt; 0, for X in Z_2^<paramref name="ring"/>, 2 to 37 bits. With d = ceil((ring - 1) / 4) digits below the sign, each way:
    /// ceil(ring/8) bytes and 2 d - 1 bits an element; dealt: 2 bytes a digit, one bit, and 2^d + 2^(d-1) - 2 bits.
    /// </summary>
    public static async ValueTask<Signs> Negative(this Mpc mpc, Words x, int ring)
    {
        if (ring is < 2 or > 37)
        {
            throw new ArgumentOutOfRangeException(nameof(ring), ring, "Signs are found in rings of 2 to 37 bits.");
        }

        Words r = mpc.Correlations.Mask(x.Length);
        Words d = await mpc.OpenUnder(x, r, ring);
        return new Signs(await mpc.SignUnder(d, r, ring), d, r);
    }

    /// <summary>Digits below the sign bit of a ring.</summary>
    public static int Digits(int ring) => (ring - 2 + Digit) / Digit;

    /// <summary>
    /// The sign bit of D + R for an opened <paramref name="opened"/> and its mask.
    /// One round, 2 d - 1 bits an element each way; dealt as for <see cref="Negative"/>.
    /// </summary>
    internal static async ValueTask<Words> SignUnder(this Mpc mpc, Words opened, Words r, int ring)
    {
        int n = opened.Length, digits = Digits(ring), plane = Words.ForBits(n);
        ulong below = (1ul << (ring - 1)) - 1;
        Words e = mpc.Correlations.DigitUnitVectors(r, ring, digits, Digit);
        Words rSign = mpc.Correlations.MaskBit(r, ring - 1);
        Words gt = mpc.Take(digits * plane), eq = mpc.Take(digits * plane);
        if (mpc.Computes)
        {
            // The top digit may have fewer bits: ones above them make the complement zero there, as the mask's digit is.
            Words lower = mpc.Take(n);
            for (int i = 0; i < n; i++)
            {
                lower.Span[i] = opened.Span[i] | ~below;
            }

            Kernel.DigitsCompare(gt.Span, eq.Span, e.Bytes, lower.Span, digits, Digit, n);
        }

        Words carry = await mpc.CarryChain(gt, eq, digits, plane);
        Words negative = mpc.Take(plane);
        if (mpc.Computes)
        {
            Rescale.Xor(negative.Span, carry.Span, rSign.Span);
            if (mpc.AddsPublic == 1)
            {
                Words dSign = mpc.Take(plane);
                Kernel.ExtractBit(dSign.Span, opened.Span, ring - 1, n);
                Rescale.Xor(negative.Span, negative.Span, dSign.Span);
            }
        }

        return negative;
    }

    /// <summary>
    /// max(X, 0) elementwise for the X whose signs these are, modulo 2^<paramref name="ring"/> of the comparison. One round of one bit an
    /// element each way;
    /// two words an element dealt. Reuses the opened D, so X itself is not opened again.
    /// </summary>
    public static async ValueTask<Words> Positive(this Mpc mpc, Words x, Signs signs, int ring)
    {
        int n = x.Length;
        BitMasks masks = mpc.DealBitMasks(1, n, ring);
        Words rhoR = mpc.Correlations.BitProduct(masks.Bits, signs.R, 1, ring);
        if (mpc.Computes)
        {
            mpc.Flip(signs.Negative);
        }

        Words u = await mpc.OpenMasked(signs.Negative, masks.Bits);
        Words result = mpc.Zeros(n);
        if (mpc.Computes)
        {
            Kernel.BitTimes(result.Span, u.Span, masks.Words.Span, rhoR.Span, signs.D.Span, x.Span, 1, n);
        }

        return result;
    }
}
