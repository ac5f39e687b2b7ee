using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Reads a model's matrices and folds into them what stands beside them: a norm's weight (into the columns of the matrix that follows), its
/// bias (into that
/// matrix's bias), and the scale of attention (into the queries: log2(e) / sqrt(head dim), so that scores are in units of log2).
/// </summary>
public sealed class FoldedWeights(ModelFile model)
{
    /// <summary>The model.</summary>
    public ModelFile Model { get; } = model;

    /// <summary>Sizes.</summary>
    public ModelConfig Config => Model.Config;

    /// <summary>The scale of attention times log2(e): log2(e) / sqrt(head dim) where the model states none of its own.</summary>
    public static double ScoreScale(ModelConfig config) =>
        config.AttentionScale is { } own ? Math.Log2(Math.E) * own : Math.Log2(Math.E) / Math.Sqrt(config.HeadDim);

    /// <summary>
    /// What a norm's result lacks where it is a row divided by its length, not by its root mean square: <see cref="Read"/> takes it for
    /// fixed point.
    /// </summary>
    public static double UnitNormFactor(ModelConfig config, LinearSite site) => site switch
    {
        LinearSite.QueryKeyNorm => Math.Sqrt(config.HeadDim),
        LinearSite.AttentionOutput or LinearSite.Down => 1,
        _ => Math.Sqrt(config.Width),
    };

    /// <summary>
    /// The parts of a site, to be stacked: a part may have a scale of its own. <paramref name="normFactor"/> multiplies the columns where a
    /// norm precedes.
    /// </summary>
    public IReadOnlyList<FoldedMatrix> Read(int layer, LinearSite site, double normFactor)
    {
        ModelConfig c = Config;
        int kv = c.KeyValueHeads * c.HeadDim, q = c.Heads * c.HeadDim;
        return site switch
        {
            LinearSite.QueryKeyValue =>
            [
                AfterNorm(
                    TensorRole.Query,
                    TensorRole.QueryBias,
                    layer,
                    q,
                    TensorRole.AttentionNorm,
                    TensorRole.AttentionNormBias,
                    normFactor,
                    c.QueryKeyNorm ? 1 : ScoreScale(c)), // which a norm of queries would undo
                AfterNorm(
                    TensorRole.Key,
                    TensorRole.KeyBias,
                    layer,
                    kv,
                    TensorRole.AttentionNorm,
                    TensorRole.AttentionNormBias,
                    normFactor,
                    1),
                AfterNorm(
                    TensorRole.Value,
                    TensorRole.ValueBias,
                    layer,
                    kv,
                    TensorRole.AttentionNorm,
                    TensorRole.AttentionNormBias,
                    normFactor,
                    1),
            ],
            LinearSite.AttentionOutput => [Plain(TensorRole.AttentionOutput, TensorRole.AttentionOutputBias, layer, c.Width, q)],
            LinearSite.GateUp when c.Gated =>
            [
                AfterNorm(
                    TensorRole.Gate,
                    null,
                    layer,
                    c.FeedForward,
                    TensorRole.FeedForwardNorm,
                    TensorRole.FeedForwardNormBias,
                    normFactor,
                    1),
                AfterNorm(
                    TensorRole.Up,
                    TensorRole.UpBias,
                    layer,
                    c.FeedForward,
                    TensorRole.FeedForwardNorm,
                    TensorRole.FeedForwardNormBias,
                    normFactor,
                    1),
            ],
            LinearSite.GateUp =>
                [AfterNorm(
                    TensorRole.Up,
                    TensorRole.UpBias,
                    layer,
                    c.FeedForward,
                    TensorRole.FeedForwardNorm,
                    TensorRole.FeedForwardNormBias,
                    normFactor,
                    1)],
            LinearSite.Down => [Plain(TensorRole.Down, TensorRole.DownBias, layer, c.Width, c.FeedForward)],
            LinearSite.Output => [AfterNorm(
                TensorRole.Output,
                null,
                -1,
                c.Vocabulary,
                TensorRole.OutputNorm,
                TensorRole.OutputNormBias,
                normFactor,
                1)],
            LinearSite.QueryKeyNorm =>
            [
                Vector(TensorRole.QueryNorm, layer, c.Heads, normFactor * ScoreScale(c)),
                Vector(TensorRole.KeyNorm, layer, c.KeyValueHeads, normFactor),
            ],
            LinearSite.AttentionPostNorm => [Vector(TensorRole.AttentionPostNorm, layer, 1, normFactor)],
            LinearSite.FeedForwardPostNorm => [Vector(TensorRole.FeedForwardPostNorm, layer, 1, normFactor)],
            _ => throw new ArgumentOutOfRangeException(nameof(site)),
        };
    }

    private FoldedMatrix Vector(TensorRole role, int layer, int copies, double scale)
    {
        float[] weights = Model.Read(role, layer);
        return new FoldedMatrix(
            [.. Enumerable.Repeat(weights, copies).SelectMany(w => w.Select(v => (float)(v * scale)))],
            null,
            copies * weights.Length,
            1);
    }

    private FoldedMatrix Plain(TensorRole role, TensorRole bias, int layer, int rows, int columns) =>
        new(Model.Read(role, layer), Optional(bias, layer), rows, columns);

    private FoldedMatrix AfterNorm(
        TensorRole role,
        TensorRole? biasRole,
        int layer,
        int rows,
        TensorRole normRole,
        TensorRole normBiasRole,
        double normFactor,
        double scale)
    {
        int columns = Config.Width;
        float[] w = (float[])Model.Read(role, layer).Clone();
        float[] norm = Model.Read(normRole, layer);
        float[]? normBias = Optional(normBiasRole, layer), bias = biasRole is { } b ? Optional(b, layer) : null;
        float[]? folded = bias is null && normBias is null ? null : new float[rows];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = w.AsSpan(r * columns, columns);
            double sum = bias?[r] ?? 0;
            for (int i = 0; i < columns; i++)
            {
                sum += normBias is null ? 0 : (double)row[i] * normBias[i];
                row[i] = (float)(row[i] * norm[i] * normFactor * scale);
            }

            if (folded is not null)
            {
                folded[r] = (float)(sum * scale);
            }
        }

        return new FoldedMatrix(w, folded, rows, columns);
    }

    private float[]? Optional(TensorRole role, int layer) => Model.Has(role, layer) ? Model.Read(role, layer) : null;
}
