using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Runs the program over secrets, for every role of <see cref="Mpc"/>: client, server, dealer, fixed point in the clear, and cost.
/// </summary>
public sealed class SecretEngine : IEngine<Secret>, IDisposable
{
    private readonly Mpc _mpc;
    private readonly ModelConfig _config;
    private readonly FixedPointPlan _plan;
    private readonly IModelWeights _weights;
    private readonly Arena _store = new();
    private readonly UnitNorm[] _norms;
    private readonly Dictionary<(int Layer, LinearSite Site), UnitNorm> _scaledNorms = [];
    private readonly Activation[] _activations;
    private readonly SecretOperations _operations;
    private readonly SecretHeads _heads;
    private readonly Dictionary<(int, LinearSite), ProductsAhead> _ahead = [];
    private readonly int _rowsAtMost;
    private readonly List<Words> _kept = []; // the residual stream of each piece under way

    /// <summary>An engine for one generation.</summary>
    /// <param name="mpc">The role's run.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="plan">Its rings and fractional bits.</param>
    /// <param name="weights">Its matrices, as the role holds them.</param>
    /// <param name="request">Sizes of the generation and its cache policy.</param>
    public SecretEngine(Mpc mpc, ModelConfig config, FixedPointPlan plan, IModelWeights weights, GenerationRequest request)
    {
        (_mpc, _config, _plan, _weights, _rowsAtMost) = (mpc, config, plan, weights, request.MaxTokens + 1);
        var shape = new CacheShape(
            config.Layers,
            config.Heads,
            config.KeyValueHeads,
            config.HeadDim,
            request.PromptTokens,
            request.MaxTokens);
        _operations = new SecretOperations(mpc, config, plan, _store, request.CachePolicy.ScoreGrowth(shape));
        _heads = new SecretHeads(mpc, config, plan, _operations, request.Capacity);
        bool centre = config.Norm == NormKind.MeanAndDeviation;
        UnitNorm Norm(NormRange range) =>
            new(config.Width, Formats.ResidualFrac, Math.Pow(2, range.Low), Math.Pow(2, range.High), config.NormEpsilon, centre);
        _norms = [.. plan.Layers.SelectMany(l => new[] { Norm(l.AttentionNorm), Norm(l.FeedForwardNorm) }), Norm(plan.OutputNorm)];
        foreach (LinearSite site in ModelLayout.SitesOf(config).Where(s => s >= LinearSite.QueryKeyNorm))
        {
            for (int l = 0; l < config.Layers; l++)
            {
                ScaledNormPlan norm = plan.Layers[l].ScaledNorm(site)!;
                bool heads = site == LinearSite.QueryKeyNorm;
                _scaledNorms[(l, site)] = new(
                    heads ? config.HeadDim : config.Width,
                    norm.Frac,
                    Math.Pow(2, norm.Range.Low),
                    Math.Pow(2, norm.Range.High),
                    config.NormEpsilon,
                    centre && !heads);
            }
        }

        var tables = new Dictionary<int, Activation>();
        _activations = [.. plan.Layers.Select(l =>
        {
            if (!tables.TryGetValue(l.ActivationBits, out Activation? table))
            {
                tables[l.ActivationBits] = table = config.Activation switch
                {
                    ActivationKind.Silu => Activation.Silu(l.ActivationBits),
                    ActivationKind.GeluTanh => Activation.GeluTanh(l.ActivationBits),
                    _ => Activation.Gelu(l.ActivationBits),
                };
            }

            return table;
        })];
    }

    /// <inheritdoc/>
    public ICacheOperations<Secret> Operations => _operations;

    /// <summary>What attention and its policy have done so far.</summary>
    internal OperationCounts Counts => _operations.Counts;

    /// <inheritdoc/>
    public async ValueTask<Secret> Embed(ReadOnlyMemory<int> tokens, int position)
    {
        Secret x = await _mpc.Embed(tokens, _weights.Embedding);
        int raise = Formats.ResidualFrac - x.Frac;
        if (raise < 0)
        {
            x = await _mpc.Truncate(x, Formats.ResidualFrac, Formats.Word);
        }
        else if (_mpc.Computes)
        {
            Kernel.Shift(x.Words.Span, x.Words.Span, 0, 64, 0, x.Length);
            foreach (ref ulong word in x.Words.Span)
            {
                word <<= raise;
            }
        }

        if (_mpc.Role is Role.Server or Role.Clear && !_weights.Positions.IsEmpty)
        {
            Kernel.Add(x.Words.Span, x.Words.Span, _weights.Positions.Slice(position * _config.Width, x.Length), x.Length);
        }

        return new Secret(x.Words, Formats.Word, Formats.ResidualFrac);
    }

    /// <inheritdoc/>
    public ValueTask<Secret> Norm(Secret x, int layer, NormSite site)
        => _norms[(2 * layer) + (site == NormSite.FeedForward ? 1 : 0)].Evaluate(_mpc, x, wide: site != NormSite.FeedForward);

    /// <inheritdoc/>
    public ValueTask<Secret> Linear(Secret x, int layer, LinearSite site)
    {
        IWeights weights = _weights.Linear(layer, site);
        return _mpc.Multiply(x, weights, x.Length == weights.Columns ? Ahead(weights, layer, site) : null);
    }

    /// <inheritdoc/>
    public async ValueTask<Secret> NormHeads(Secret queryKeyValue, int layer, int rows)
    {
        int stride = queryKeyValue.Length / rows, width = (_config.Heads + _config.KeyValueHeads) * _config.HeadDim;
        Secret heads = _mpc.Columns(queryKeyValue, rows, (0, width)) with
        {
            Frac = UnitNorm.ResultFrac
            + _plan.Layers[layer].QueryKeyValueFrac[0]
        };
        heads = await ScaledNorm(heads, layer, LinearSite.QueryKeyNorm);
        Words joined = _mpc.Take(queryKeyValue.Length);
        for (int r = 0; _mpc.Computes && r < rows; r++)
        {
            Span<ulong> row = joined.Span.Slice(r * stride, stride);
            heads.Words.Span.Slice(r * width, width).CopyTo(row);
            queryKeyValue.Words.Span.Slice((r * stride) + width, stride - width).CopyTo(row[width..]);
        }

        return queryKeyValue with { Words = joined };
    }

    /// <inheritdoc/>
    public ValueTask<Secret> PostNorm(Secret y, int layer, LinearSite site) => ScaledNorm(y, layer, site);

    private async ValueTask<Secret> ScaledNorm(Secret x, int layer, LinearSite site)
    {
        x = await _mpc.Truncate(x, _plan.Layers[layer].ScaledNorm(site)!.Frac, Formats.Word);
        x = await _scaledNorms[(layer, site)].Evaluate(_mpc, x);
        return await _mpc.MultiplyElements(x, _weights.Linear(layer, site));
    }

    private ProductsAhead Ahead(IWeights weights, int layer, LinearSite site)
    {
        if (!_ahead.TryGetValue((layer, site), out ProductsAhead? ahead))
        {
            // A last piece of the prompt may have one row too. Layers begin with batches of different lengths, so that their work spreads
            // over the steps.
            _ahead[(layer, site)] = ahead = new ProductsAhead(_mpc, _store, weights, _rowsAtMost, 1 + (layer % ProductsAhead.Batch));
        }

        return ahead;
    }

    /// <inheritdoc/>
    public Secret SplitHeads(Secret queryKeyValue, int layer, int rows, int position, HeadKind kind) =>
        _heads.Split(queryKeyValue, layer, rows, position, kind);

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> Ready(Secret heads, int layer, HeadKind kind)
        => new SecretFactor(await _heads.Ready(heads, layer, kind));

    /// <inheritdoc/>
    public Secret JoinHeads(Secret heads, int layer, int rows) => _heads.Join(heads, rows);

    /// <inheritdoc/>
    public async ValueTask<Factor<Secret>> Noise(int layer, int at, int count, HeadKind kind)
        => new SecretFactor(await _heads.Noise(layer, at, count, kind));

    /// <inheritdoc/>
    public async ValueTask<Secret> Activate(Secret gateUp, int layer, int rows)
    {
        int width = _config.FeedForward;
        LayerPlan plan = _plan.Layers[layer];
        if (!_config.Gated)
        {
            Secret argument = _mpc.Shrink(gateUp, gateUp.Frac - Activation.XFrac);
            Secret gelu = await _activations[layer].Evaluate(_mpc, argument);
            return await _mpc.Truncate(gelu, Formats.HiddenFrac, Formats.Word);
        }

        NumberFormat narrow = Formats.Up(plan), factor = Formats.Gated(narrow);
        Secret gate = _mpc.Columns(gateUp, rows, (0, width)) with { Frac = UnitNorm.ResultFrac + plan.GateUpFrac[0] };
        Secret up = _mpc.Columns(gateUp, rows, (width, width)) with { Frac = UnitNorm.ResultFrac + plan.GateUpFrac[1] };
        ValueTask<Masked> ready = _operations.Widened(_mpc.Shrink(up, up.Frac - narrow.Frac).Reduce(narrow.Ring), factor.Ring);
        Secret activated = await _activations[layer].Evaluate(_mpc, _mpc.Shrink(gate, gate.Frac - Activation.XFrac));
        Lifted lifted = await _mpc.Lift(_mpc.Shrink(activated, activated.Frac - factor.Frac), factor.Ring);
        return _mpc.Multiply(await ready, lifted); // into the matrix as it is
    }

    /// <inheritdoc/>
    public async ValueTask<Secret> AddResidual(Secret x, Secret y, int layer, LinearSite from)
    {
        y = await _mpc.Truncate(y, Formats.ResidualFrac, Formats.Word);
        if (_mpc.Computes)
        {
            Kernel.Add(y.Words.Span, y.Words.Span, x.Words.Span, x.Length);
        }

        return y;
    }

    /// <inheritdoc/>
    public Secret LastRows(Secret x, int rows, int count) => x.Slice((rows - count) * _config.Width, count * _config.Width);

    /// <inheritdoc/>
    public void EndLayer(List<Secret> underWay)
    {
        for (int i = 0; _mpc.Computes && i < underWay.Count; i++)
        {
            Secret x = underWay[i];
            if (_kept.Count == i)
            {
                _kept.Add(default);
            }

            if (_kept[i].Length < x.Length)
            {
                _kept[i] = _store.Take(x.Length);
            }

            Words kept = _kept[i].Slice(0, x.Length);
            x.Words.Span.CopyTo(kept.Span);
            underWay[i] = x with { Words = kept };
        }

        _mpc.Release(Arena.Bottom);
    }

    /// <inheritdoc/>
    public void Dispose() => _store.Dispose();
}
