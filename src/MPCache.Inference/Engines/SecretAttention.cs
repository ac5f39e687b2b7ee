using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Attention over a cache whose keys and values were opened once under persistent masks: scores and weighted sums over the whole cache are local, and only
/// the softmax between them is paid for an element.
/// </summary>
internal sealed class SecretAttention
{
    private readonly Mpc _mpc;
    private readonly ModelConfig _config;
    private readonly FixedPointPlan _plan;
    private readonly CachePolicy _policy;
    private readonly int _prompt;
    private readonly LayerCache[] _caches;
    private readonly SecretEviction _eviction;
    private readonly SecretSelection _selection;
    private readonly RotaryTable? _rotary, _localRotary;
    private readonly Dictionary<int, Normalisation> _reciprocals = [];

    public SecretAttention(Mpc mpc, ModelConfig config, FixedPointPlan plan, Arena store, GenerationRequest request)
    {
        (_mpc, _config, _plan, _policy, _prompt) = (mpc, config, plan, request.CachePolicy, request.PromptTokens);
        int capacity = request.Capacity;
        _eviction = new SecretEviction(mpc, config, _policy, store, _prompt);
        _selection = new SecretSelection(mpc, config, _policy, store, request);
        _caches = [.. Enumerable.Range(0, config.Layers).Select(_ => new LayerCache(mpc, store, config.KeyValueHeads, capacity, config.HeadDim))];
        if (config.Rotary is { } rotary)
        {
            _rotary = new RotaryTable(rotary, local: false, capacity);
            _localRotary = rotary.LocalBase is null ? _rotary : new RotaryTable(rotary, local: true, capacity);
        }
    }

    /// <summary>rows x (heads + 2 kv heads) head dim in, rows x heads head dim out (16 fractional bits, Z_2^64).</summary>
    public async ValueTask<Secret> Attend(Secret qkv, int layer, int rows, int position)
    {
        int heads = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, share = heads / groups;
        LayerPlan plan = _plan.Layers[layer];
        LayerCache cache = _caches[layer];
        int scoreRing = Formats.Score(plan).Ring;

        _mpc.Stage = "keys-values";
        Secret q = Heads(qkv, rows, 0, heads, plan.AttentionFrac(0), position, RotaryOf(layer));
        Secret k = Heads(qkv, rows, heads, groups, plan.AttentionFrac(1), position, RotaryOf(layer));
        Secret v = Heads(qkv, rows, heads + groups, groups, plan.AttentionFrac(2), position, rotary: null);
        ValueTask<Masked> values = MaskIn(v, Formats.Value);
        ValueTask<Masked> queries = MaskIn(q, Formats.Query(plan).Wider(_selection.ExtraBits));
        Masked keys = await MaskIn(k, Formats.Key(plan).Wider(_selection.ExtraBits));
        Masked query = await queries;
        cache.AppendKeys(keys, rows);
        if (position >= _prompt && _policy.Selection == SelectionKind.Recent)
        {
            int kept = _policy.Selected(_prompt, position - _prompt + 1, layer), first = Math.Min(kept, _policy.SinkTokens);
            cache.KeepEnds(first, kept - first); // the window slides over the oldest token for good
        }

        if (_config.WindowOf(layer) is { } window && cache.Tokens >= window + rows)
        {
            cache.KeepEnds(0, window - 1 + rows); // no later row sees what is older
        }

        _mpc.Stage = "scores";
        int tokens = cache.Tokens;
        Secret scores = Scores(query, cache, rows, tokens, share);

        SecretSelection.Choice? choice = await _selection.Choose(layer, scores, scoreRing, query, cache, position);
        Secret attendedScores = choice?.Scores ?? scores.Reduce(scoreRing);
        SlidingColumns? sliding = _config.WindowOf(layer) is { } most && tokens > most ? new(most, rows, tokens) : null;
        attendedScores = sliding?.Gather(_mpc, attendedScores, heads * rows) ?? attendedScores;

        _mpc.Stage = "softmax";
        int columns = attendedScores.Length / (heads * rows);
        int[] valid = sliding?.Valid(heads * rows) ?? [.. Enumerable.Range(0, heads * rows).Select(r => columns - rows + (r % rows) + 1)];
        Secret numerators = await _mpc.Numerators(attendedScores, heads * rows, valid, Formats.Numerator.Ring);

        Secret sums = _mpc.RowSums(numerators, heads * rows);
        ValueTask<Masked> reciprocal = Reciprocal(sums, columns);
        if (choice is not null)
        {
            numerators = await _selection.Scatter(choice, numerators);
        }

        numerators = sliding?.Scatter(_mpc, numerators, heads * rows) ?? numerators;
        _mpc.Stage = "weighted-sum";
        Masked weights = await _mpc.Mask(numerators);
        cache.AppendValues(await values, rows);
        Secret mixed = WeightedSums(weights, cache, rows, tokens, share);
        mixed = await _mpc.Truncate(mixed, Formats.Dividend.Frac, Formats.Dividend.Ring);
        Masked mixedMasked = await _mpc.Mask(mixed);
        Masked divisor = await reciprocal;
        Secret attended = _mpc.MultiplyRows(mixedMasked, divisor);
        ValueTask<Secret> result = _mpc.Truncate(attended, Formats.Attended.Frac, Formats.Attended.Ring);
        if (_eviction.Judges(layer, position, rows))
        {
            await _eviction.Judge(layer, weights, divisor.Secret, rows, position);
        }

        attended = await result;
        return attended with { Words = RowsFirst(attended.Words, rows, heads, d) };
    }

    /// <summary>The prompt has passed: caches shrink to what the policy keeps.</summary>
    public ValueTask Evict() => _eviction.Evict(_caches);

    /// <summary>
    /// Fills the caches with pseudo-random keys and values in place of a prompt's, through the same opening: what a step costs does not depend on them.
    /// </summary>
    public async ValueTask Fill(int tokens)
    {
        _mpc.Stage = "fill";
        for (int layer = 0; layer < _caches.Length; layer++)
        {
            NumberFormat key = Formats.Key(_plan.Layers[layer]).Wider(_selection.ExtraBits);
            for (int at = 0; at < tokens; at += CacheNoise.Piece)
            {
                Arena.Mark mark = _mpc.Arena.Top;
                int count = Math.Min(CacheNoise.Piece, tokens - at);
                ValueTask<Masked> keys = _mpc.Mask(Noise(layer, at, count, key, values: false));
                ValueTask<Masked> values = _mpc.Mask(Noise(layer, at, count, Formats.Value, values: true));
                _caches[layer].AppendKeys(await keys, count);
                _caches[layer].AppendValues(await values, count);
                _mpc.Release(mark);
            }
        }
    }

    private Secret Noise(int layer, int at, int count, NumberFormat format, bool values)
    {
        Words words = _mpc.Zeros(_config.KeyValueHeads * count * _config.HeadDim);
        if (_mpc.First == 1)
        {
            CacheNoise.Fill(words.Span, _mpc.Coins, layer, at, values, format.Frac);
        }

        return new Secret(words, format.Ring, format.Frac);
    }

    private async ValueTask<Masked> MaskIn(Secret x, NumberFormat format) => await _mpc.Mask(await _mpc.Truncate(x, format.Frac, format.Ring));

    private async ValueTask<Masked> Reciprocal(Secret sums, int tokens)
    {
        int bits = System.Numerics.BitOperations.Log2((uint)tokens) + 1;
        if (!_reciprocals.TryGetValue(bits, out Normalisation? reciprocal))
        {
            // A row's largest numerator is at least 1/16, less one last place; none is above 1.
            _reciprocals[bits] = reciprocal = Normalisation.Reciprocal(Softmax.Frac - 5, Softmax.Frac + bits);
        }

        (Masked mantissa, Masked power) = await reciprocal.Evaluate(_mpc, sums, Formats.ReciprocalPowerFrac);
        Secret product = _mpc.Multiply(mantissa, power);
        return await _mpc.Mask(_mpc.Shrink(product, product.Frac - Formats.Reciprocal.Frac).Reduce(Formats.Reciprocal.Ring));
    }

    /// <summary>heads x rows x tokens.</summary>
    private Secret Scores(Masked query, LayerCache cache, int rows, int tokens, int share)
    {
        int d = _config.HeadDim, perGroup = share * rows;
        Words all = _mpc.Take(_config.Heads * rows * tokens);
        Secret part = default;
        for (int g = 0; g < _config.KeyValueHeads; g++)
        {
            part = _mpc.MultiplyTransposed(query.Slice(g * perGroup * d, perGroup * d), cache.Keys(g, tokens), perGroup, tokens, d);
            if (_mpc.Computes)
            {
                part.Words.Span.CopyTo(all.Span.Slice(g * perGroup * tokens, perGroup * tokens));
            }
        }

        return _mpc.Shrink(part with { Words = all }, part.Frac - Exponential.XFrac);
    }

    /// <summary>heads x rows x head dim.</summary>
    private Secret WeightedSums(Masked weights, LayerCache cache, int rows, int tokens, int share)
    {
        int d = _config.HeadDim, perGroup = share * rows;
        Words all = _mpc.Take(_config.Heads * rows * d);
        Secret part = default;
        for (int g = 0; g < _config.KeyValueHeads; g++)
        {
            part = _mpc.MultiplyMatrix(weights.Slice(g * perGroup * tokens, perGroup * tokens), cache.Values(g, tokens), perGroup, d, tokens);
            if (_mpc.Computes)
            {
                part.Words.Span.CopyTo(all.Span.Slice(g * perGroup * d, perGroup * d));
            }
        }

        return part with { Words = all };
    }

    /// <summary>Heads [first, first + count) of each row, as heads x rows x head dim, rotated where the layer does: public factors, so local.</summary>
    private Secret Heads(Secret qkv, int rows, int first, int count, int weightFrac, int position, RotaryTable? rotary)
    {
        int d = _config.HeadDim, stride = qkv.Length / rows;
        Words heads = _mpc.Take(count * rows * d);
        if (_mpc.Computes)
        {
            for (int h = 0; h < count; h++)
            {
                for (int r = 0; r < rows; r++)
                {
                    ReadOnlySpan<ulong> from = qkv.Words.Span.Slice((r * stride) + ((first + h) * d), d);
                    Span<ulong> to = heads.Span.Slice(((h * rows) + r) * d, d);
                    if (rotary is null)
                    {
                        from.CopyTo(to);
                    }
                    else
                    {
                        rotary.Rotate(from, to, position + r);
                    }
                }
            }
        }

        return new Secret(heads, 64, UnitNorm.ResultFrac + weightFrac + (rotary is null ? 0 : Formats.RotaryFrac));
    }

    private RotaryTable? RotaryOf(int layer) =>
        !_config.Rotates(layer) ? null : _config.WindowOf(layer) is null ? _rotary : _localRotary;

    private Words RowsFirst(Words headsFirst, int rows, int heads, int d)
    {
        Words result = _mpc.Take(headsFirst.Length);
        if (_mpc.Computes)
        {
            for (int h = 0; h < heads; h++)
            {
                for (int r = 0; r < rows; r++)
                {
                    headsFirst.Span.Slice(((h * rows) + r) * d, d).CopyTo(result.Span.Slice(((r * heads) + h) * d, d));
                }
            }
        }

        return result;
    }
}
