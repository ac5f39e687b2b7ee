using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

internal sealed partial class SecretOperations
{
    private readonly Dictionary<int, Normalisation> _reciprocals = [];

    /// <inheritdoc/>
    public Secret Scores(Factor<Secret> queries, StoredRows<Factor<Secret>> keys, int rows, int tokens)
    {
        int d = config.HeadDim, groups = config.KeyValueHeads, perGroup = config.Heads / groups * rows;
        Words all = mpc.Take(config.Heads * rows * tokens);
        Secret part = default;
        for (int g = 0; g < groups; g++)
        {
            Masked query = ((SecretFactor)queries).Masked.Slice(g * perGroup * d, perGroup * d);
            part = mpc.MultiplyTransposed(query, ((MaskedRows)keys).Head(g, tokens), perGroup, tokens, d);
            if (mpc.Computes)
            {
                part.Words.Span.CopyTo(all.Span.Slice(g * perGroup * tokens, perGroup * tokens));
            }
        }

        return mpc.Shrink(part with { Words = all }, part.Frac - Formats.Score(plan.Layers[0]).Frac);
    }

    /// <inheritdoc/>
    public Secret ForSoftmax(Secret scores, int layer) => scores.Reduce(Formats.Score(plan.Layers[layer]).Ring);

    /// <inheritdoc/>
    public ValueTask<Secret> Numerators(Secret scores, int layer, int rows, int[] valid)
    {
        Counts += new OperationCounts(scores.Length, 0, 0);
        return mpc.Numerators(scores, rows, valid, Formats.Numerator.Ring);
    }

    /// <inheritdoc/>
    public Secret RowSums(Secret x, int rows) => mpc.RowSums(x, rows);

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> Reciprocals(Secret sums, int columns)
    {
        int bits = System.Numerics.BitOperations.Log2((uint)columns) + 1;
        if (!_reciprocals.TryGetValue(bits, out Normalisation? reciprocal))
        {
            // A row's largest numerator is at least 1/16, less one last place; none is above 1.
            _reciprocals[bits] = reciprocal = Normalisation.Reciprocal(Softmax.Frac - 5, Softmax.Frac + bits);
        }

        Secret found = await reciprocal.Evaluate(mpc, sums);
        return new SecretDivisor(await mpc.Lift(mpc.Shrink(found, found.Frac - Formats.Reciprocal.Frac), Formats.Reciprocal.Ring));
    }

    /// <inheritdoc/>
    public ValueTask<Factor<Secret>> Ready(Secret x) => Open(x);

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> WeightedSums(Factor<Secret> weights, StoredRows<Factor<Secret>> values, int rows, int tokens)
    {
        int d = config.HeadDim, groups = config.KeyValueHeads, perGroup = config.Heads / groups * rows;
        Words all = mpc.Take(config.Heads * rows * d);
        Secret part = default;
        for (int g = 0; g < groups; g++)
        {
            Masked weight = ((SecretFactor)weights).Masked.Slice(g * perGroup * tokens, perGroup * tokens);
            part = mpc.MultiplyMatrix(weight, ((MaskedRows)values).Head(g, tokens), perGroup, d, tokens);
            if (mpc.Computes)
            {
                part.Words.Span.CopyTo(all.Span.Slice(g * perGroup * d, perGroup * d));
            }
        }

        return await Open(await mpc.Truncate(part with { Words = all }, Formats.Dividend.Frac, Formats.Dividend.Ring));
    }

    /// <inheritdoc/>
    public ValueTask<Secret> Divide(Factor<Secret> x, Factor<Secret> reciprocals)
        => mpc.Widen(Average(x, reciprocals), Formats.Word);

    /// <inheritdoc/>
    public Secret Average(Factor<Secret> sums, Factor<Secret> reciprocals)
    {
        Secret product = mpc.MultiplyRows(((SecretFactor)sums).Masked, ((SecretDivisor)reciprocals).Lifted);
        return mpc.Shrink(product, product.Frac - Formats.Attended.Frac);
    }

    /// <summary>Widens a secret and opens it under a fresh mask. Two rounds.</summary>
    internal async ValueTask<Masked> Widened(Secret x, int ring) => await mpc.Mask(await mpc.Widen(x, ring));

    /// <summary>Opens a secret under a fresh mask.</summary>
    internal async ValueTask<Factor<Secret>> Open(Secret x) => new SecretFactor(await mpc.Mask(x));
}
