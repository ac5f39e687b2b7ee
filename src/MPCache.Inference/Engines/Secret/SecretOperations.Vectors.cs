using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Inference;

internal sealed partial class SecretOperations
{
    private const int UnitFrac = 14, UnitRing = 48; // of unit rows: products of two, summed over a prompt, fit

    private readonly Dictionary<(int Width, int Frac), UnitNorm> _units = [];

    /// <summary>The rotary factors of a layer; null where it has none.</summary>
    public Func<int, RotaryTable?> RotaryOf { get; set; } = _ => null;

    /// <inheritdoc/>
    public Secret Negate(Secret x)
    {
        Words negative = mpc.Zeros(x.Length);
        if (mpc.Computes)
        {
            Kernel.Sub(negative.Span, negative.Span, x.Words.Span, x.Length);
        }

        return x with { Words = negative };
    }

    /// <inheritdoc/>
    public Secret Transposed(Secret x, int blocks, int rows)
    {
        int size = x.Length / blocks, columns = size / rows;
        Words turned = mpc.Take(x.Length);
        for (int i = 0; mpc.Computes && i < x.Length; i++)
        {
            turned.Span[(i / size * size) + (i % columns * rows) + (i % size / columns)] = x.Words.Span[i];
        }

        return x with { Words = turned };
    }

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> AsQueries(Secret x, int layer)
        => await Open(await mpc.Truncate(x, Query(layer).Frac, Query(layer).Ring));

    /// <inheritdoc/>
    public bool Rotates(int layer) => RotaryOf(layer) is not null;

    /// <inheritdoc/>
    public Secret Turned(Secret keys, int layer, int by)
    {
        int d = config.HeadDim;
        RotaryTable table = RotaryOf(layer)!;
        Words turned = mpc.Take(keys.Length);
        for (int at = 0; mpc.Computes && at < keys.Length; at += d)
        {
            table.Rotate(keys.Words.Span.Slice(at, d), turned.Span.Slice(at, d), by);
        }

        return new Secret(turned, keys.Ring, keys.Frac + Formats.RotaryFrac);
    }

    /// <inheritdoc/>
    public Secret Squares(Factor<Secret> x)
    {
        Masked masked = ((SecretFactor)x).Masked;
        return mpc.Multiply(masked, masked);
    }

    /// <inheritdoc/>
    public Secret Products(Factor<Secret> x, Factor<Secret> y, int blocks, int inner)
    {
        Masked left = ((SecretFactor)x).Masked, right = ((SecretFactor)y).Masked;
        int rows = left.Length / blocks / inner, columns = right.Length / blocks / inner, size = rows * columns;
        Words all = mpc.Take(blocks * size);
        Secret part = default;
        for (int b = 0; b < blocks; b++)
        {
            Masked own = left.Slice(b * rows * inner, rows * inner), other = right.Slice(b * inner * columns, inner * columns);
            part = mpc.MultiplyMatrix(own, other, rows, columns, inner);
            if (mpc.Computes)
            {
                part.Words.Span.CopyTo(all.Span.Slice(b * size, size));
            }
        }

        return part with { Words = all };
    }

    /// <inheritdoc/>
    public async ValueTask<Secret> UnitRows(Factor<Secret> rows, int width)
    {
        Secret keys = rows.Value;
        if (!_units.TryGetValue((width, keys.Frac), out UnitNorm? norm))
        {
            _units[(width, keys.Frac)] = norm =
                new UnitNorm(width, keys.Frac, smallest: 1.0 / (1 << 16), largest: 1 << 16, epsilon: 0, centre: false);
        }

        Secret units = await norm.Evaluate(mpc, await mpc.Widen(keys, Formats.Word));
        return mpc.Shrink(units, units.Frac - UnitFrac).Reduce(UnitRing);
    }

    /// <inheritdoc/>
    public Secret Ones(int length)
    {
        Words ones = mpc.Zeros(length);
        if (mpc.Computes)
        {
            ones.Span.Fill(mpc.AddsPublic);
        }

        return new Secret(ones, Formats.Numerator.Ring, 0);
    }

    /// <inheritdoc/>
    public ValueTask<Secret> Marks(HiddenPlaces places) => Scatter(Ones(places.Rows * places.Kept), places, 1);

    /// <inheritdoc/>
    public async ValueTask<Secret> Means(Secret sums, Secret counts, int most)
    {
        Words raised = mpc.Zeros(counts.Length); // counts in the form of sums of numerators
        if (mpc.Computes)
        {
            Kernel.ScaleAdd(raised.Span, counts.Words.Span, 1ul << Softmax.Frac, counts.Length);
        }

        ValueTask<Factor<Secret>> reciprocals = Reciprocals(new Secret(raised, Formats.Numerator.Ring, Softmax.Frac), most);
        Factor<Secret> dividends = await Open(await mpc.Truncate(sums, sums.Frac, Formats.Dividend.Ring));
        return await Divide(dividends, await reciprocals);
    }
}
