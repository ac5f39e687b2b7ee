using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>From the product with the query, key and value matrices to heads in the formats of the cache, and back.</summary>
internal sealed class SecretHeads
{
    private readonly Mpc _mpc;
    private readonly ModelConfig _config;
    private readonly FixedPointPlan _plan;
    private readonly SecretOperations _operations;
    private readonly RotaryTable? _rotary, _localRotary;

    public SecretHeads(Mpc mpc, ModelConfig config, FixedPointPlan plan, SecretOperations operations, int capacity)
    {
        (_mpc, _config, _plan, _operations) = (mpc, config, plan, operations);
        operations.RotaryOf = RotaryOf;
        if (config.Rotary is { } rotary)
        {
            _rotary = new RotaryTable(rotary, local: false, capacity);
            _localRotary = rotary.LocalBase is null ? _rotary : new RotaryTable(rotary, local: true, capacity);
        }
    }

    /// <summary>
    /// Heads of each row, as heads x rows x head dim; queries and keys rotated where the model has rotary positions: public factors, so
    /// local.
    /// </summary>
    public Secret Split(Secret queryKeyValue, int layer, int rows, int position, HeadKind kind)
    {
        int queries = _config.Heads, groups = _config.KeyValueHeads, d = _config.HeadDim, stride = queryKeyValue.Length / rows;
        (int first, int count) = kind switch
        {
            HeadKind.Query => (0, queries),
            HeadKind.Key => (queries, groups),
            _ => (queries
            + groups, groups)
        };
        RotaryTable? rotary = kind == HeadKind.Value ? null : RotaryOf(layer);
        Words heads = _mpc.Take(count * rows * d);
        for (int i = 0; _mpc.Computes && i < count * rows; i++)
        {
            int h = i / rows, r = i % rows;
            ReadOnlySpan<ulong> from = queryKeyValue.Words.Span.Slice((r * stride) + ((first + h) * d), d);
            Span<ulong> to = heads.Span.Slice(i * d, d);
            if (rotary is null)
            {
                from.CopyTo(to);
            }
            else
            {
                rotary.Rotate(from, to, position + r);
            }
        }

        return new Secret(
            heads,
            Formats.Word,
            UnitNorm.ResultFrac + _plan.Layers[layer].AttentionFrac((int)kind) + (rotary is null ? 0 : Formats.RotaryFrac));
    }

    /// <summary>Heads in their own format, opened under a mask. Two rounds.</summary>
    public async ValueTask<Masked> Ready(Secret heads, int layer, HeadKind kind)
    {
        NumberFormat format = Format(layer, kind);
        return await _mpc.Mask(await _mpc.Truncate(heads, format.Frac, format.Ring));
    }

    /// <summary>Public pseudo-random heads in that format. One round.</summary>
    public ValueTask<Masked> Noise(int layer, int at, int count, HeadKind kind)
    {
        NumberFormat format = Format(layer, kind);
        Words words = _mpc.Zeros(_config.KeyValueHeads * count * _config.HeadDim);
        if (_mpc.AddsPublic == 1)
        {
            CacheNoise.Fill(words.Span, _mpc.Coins, layer, at, kind == HeadKind.Value, format.Frac);
        }

        return _mpc.Mask(new Secret(words, format.Ring, format.Frac));
    }

    /// <summary>heads x rows x head dim to rows x (heads head dim).</summary>
    public Secret Join(Secret heads, int rows)
    {
        int count = _config.Heads, d = _config.HeadDim;
        Words joined = _mpc.Take(heads.Length);
        for (int i = 0; _mpc.Computes && i < count * rows; i++)
        {
            heads.Words.Span.Slice(i * d, d).CopyTo(joined.Span.Slice((((i % rows) * count) + (i / rows)) * d, d));
        }

        return heads with { Words = joined };
    }

    private NumberFormat Format(int layer, HeadKind kind) => kind switch
    {
        HeadKind.Query => _operations.Query(layer),
        HeadKind.Key => _operations.Key(layer),
        _ => Formats.Value,
    };

    private RotaryTable? RotaryOf(int layer) => !_config.Rotates(layer) ? null : _config.WindowOf(layer) is null ? _rotary : _localRotary;
}
