using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Static eviction on shares: attention probabilities of the window's queries are summed while the prompt runs; after it, the tokens with the largest sums are
/// found by <see cref="TopK"/> and their keys and values moved to a smaller cache. Which tokens they are stays hidden from both parties; how many is public.
/// </summary>
internal sealed class SecretEviction
{
    private const int RowsAtOnce = 1 << 14;      // rows of keys moved together: bounds memory, not cost

    private readonly Mpc _mpc;
    private readonly ModelConfig _config;
    private readonly CachePolicy _policy;
    private readonly int _prompt;
    private readonly Dictionary<int, Words> _importance = []; // by layer: deciders x prompt

    public SecretEviction(Mpc mpc, ModelConfig config, CachePolicy policy, Arena store, int prompt)
    {
        (_mpc, _config, _policy, _prompt) = (mpc, config, policy, prompt);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            if (_policy.Eviction == EvictionKind.Count && _policy.Kept(prompt, layer) < prompt && _policy.Leader(layer) == layer)
            {
                _importance[layer] = _mpc.Computes ? store.Zeros(Deciders * prompt) : Words.Shape(Deciders * prompt);
            }
        }
    }

    /// <summary>Sets of tokens in a layer: one for each kv head, or one for all.</summary>
    private int Deciders => _policy.EvictBy == EvictionSharing.Layer ? 1 : _config.KeyValueHeads;

    private int Candidates => _prompt - _policy.SinkTokens - _policy.RecentTokens;

    /// <summary>Importances, spread over neighbours, stay below 2^this: window x heads x tokens of a spread.</summary>
    private int LargestBits => 1 + System.Numerics.BitOperations.Log2((ulong)_policy.WindowLength(_prompt) * (ulong)(_config.Heads / Deciders * _policy.Pooling * (_policy.Forward + 1)));

    /// <summary>Fractional bits of the reciprocals that judge: fewer where very many rows are summed.</summary>
    private int ReciprocalFrac => Softmax.Frac - Math.Max(0, LargestBits - Formats.ImportanceBits);

    /// <summary>True when some of these rows of the prompt judge at this layer.</summary>
    public bool Judges(int layer, int position, int rows) =>
        _importance.ContainsKey(layer) && position < _prompt && position + rows > _prompt - _policy.WindowLength(_prompt);

    /// <summary>
    /// Adds the probabilities of the rows that judge, numerators (heads x rows x tokens) times their rows' reciprocals (heads x rows). One product a head on what is
    /// masked already; two rounds and 7 bytes and a bit for each reciprocal.
    /// </summary>
    public async ValueTask Judge(int layer, Masked numerators, Secret reciprocals, int rows, int position)
    {
        int heads = _config.Heads, first = Math.Max(0, _prompt - _policy.WindowLength(_prompt) - position), count = rows - first, tokens = position + rows;
        Words own = _mpc.Take(heads * count);
        for (int h = 0; _mpc.Computes && h < heads; h++)
        {
            reciprocals.Words.Span.Slice((h * rows) + first, count).CopyTo(own.Span[(h * count)..]);
        }

        Masked factors = await _mpc.Mask(await _mpc.Truncate(reciprocals with { Words = own }, ReciprocalFrac, Formats.Importance.Ring));
        for (int h = 0; h < heads; h++)
        {
            Secret sum = _mpc.MultiplyMatrix(factors.Slice(h * count, count), numerators.Slice(((h * rows) + first) * tokens, count * tokens), 1, tokens, count);
            if (_mpc.Computes)
            {
                Span<ulong> total = _importance[layer].Span.Slice(h / (heads / Deciders) * _prompt, tokens);
                Kernel.Add(total, total, sum.Words.Span, tokens);
            }
        }
    }

    /// <summary>Shrinks every layer's cache to what the policy keeps of the prompt.</summary>
    public async ValueTask Evict(LayerCache[] caches)
    {
        _mpc.Stage = "eviction";
        if (_policy.Eviction == EvictionKind.Recent)
        {
            for (int layer = 0; layer < caches.Length; layer++)
            {
                int kept = _policy.Kept(_prompt, layer), first = Math.Min(kept, _policy.SinkTokens);
                caches[layer].KeepEnds(first, kept - first);
            }

            return;
        }

        int[] leaders = [.. _importance.Keys.Order()];
        for (int i = 0; i < leaders.Length;)
        {
            int moved = 0, from = i, kept = _policy.Kept(_prompt, leaders[i]);
            for (; i < leaders.Length && _policy.Kept(_prompt, leaders[i]) == kept && (i == from || moved + Rows(leaders[i]) <= RowsAtOnce); i++)
            {
                moved += Rows(leaders[i]);
            }

            Arena.Mark mark = _mpc.Arena.Top;
            await Together(leaders[from..i], kept - _policy.SinkTokens - _policy.RecentTokens, caches);
            _mpc.Release(mark);
        }
    }

    private int Rows(int leader) => Followers(leader).Length * _config.KeyValueHeads * Candidates;

    /// <summary>The layers that evict what this one does, itself included.</summary>
    private int[] Followers(int leader) => [.. Enumerable.Range(leader, _config.Layers - leader).Where(l => _policy.Leader(l) == leader)];

    private async ValueTask Together(int[] leaders, int k, LayerCache[] caches)
    {
        int n = Candidates, rows = leaders.Length * Deciders;
        SecretPermutation order = _mpc.DrawPermutation(n, rows);
        int[][]? places = await _mpc.Largest(await AboveFloor(ImportanceKeys(leaders)), order, rows, k);
        (SecretPermutation Order, int[][]? Places)? text = _policy.Selection == SelectionKind.Clusters ? await TextOrder(places, order, rows, k) : null; // clusters are of neighbours

        // Layers move side by side, each in its own rings; a kv head moves by its decider's permutation.
        var moving = new List<ValueTask>();
        for (int i = 0; i < leaders.Length; i++)
        {
            int[] deciders = [.. Enumerable.Range(0, _config.KeyValueHeads).Select(h => (i * Deciders) + (h * Deciders / _config.KeyValueHeads))];
            SecretPermutation moves = order.Blocks(deciders, n);
            int[][]? kept = places is null ? null : [.. deciders.Select(d => places[d])];
            SecretPermutation? again = text?.Order.Blocks(deciders, k);
            int[][]? sorted = text?.Places is { } found ? [.. deciders.Select(d => found[d])] : null;
            moving.AddRange(Followers(leaders[i]).Select(layer => Move(caches[layer], moves, kept, again, sorted, k)));
        }

        foreach (ValueTask move in moving)
        {
            await move;
        }
    }

    /// <summary>
    /// Shuffles a layer's candidates and masks the kept ones afresh, in the order of the text where a second shuffle for it is given; sinks and recent tokens stay as
    /// they are.
    /// </summary>
    private async ValueTask Move(LayerCache cache, SecretPermutation moves, int[][]? kept, SecretPermutation? again, int[][]? sorted, int k)
    {
        (Masked keys, Masked values) = cache.Read(_policy.SinkTokens, Candidates);
        ValueTask<Masked> movingKeys = Kept(keys), movingValues = Kept(values);
        keys = await movingKeys;
        cache.Replace(_policy.SinkTokens, keys, await movingValues, k, _policy.RecentTokens);

        async ValueTask<Masked> Kept(Masked rows)
        {
            // All candidates travel in as small a ring as holds them; the kept ones go back to their own.
            Secret shuffled = await _mpc.Shuffle(rows with { Ring = Math.Min(rows.Ring, Formats.MovingRing) }, moves, _config.HeadDim);
            Secret picked = _mpc.Pick(shuffled, Candidates, _config.HeadDim, kept, k);
            if (again is not null)
            {
                picked = _mpc.Pick(await _mpc.Shuffle(picked, again, _config.HeadDim), k, _config.HeadDim, sorted, k);
            }

            return await _mpc.Mask(await _mpc.Widen(picked, rows.Ring));
        }
    }

    /// <summary>Spread importances of the candidates, rows x n, in the ring in which they are compared.</summary>
    private Secret ImportanceKeys(int[] leaders)
    {
        int n = Candidates;
        Words pooled = _mpc.Take(leaders.Length * Deciders * n);
        for (int r = 0; _mpc.Computes && r < leaders.Length * Deciders; r++)
        {
            ReadOnlySpan<ulong> all = _importance[leaders[r / Deciders]].Span.Slice(r % Deciders * _prompt, _prompt);
            StaticEviction.Spread(_policy, all).AsSpan(_policy.SinkTokens, n).CopyTo(pooled.Span[(r * n)..]);
        }

        int sumFrac = Softmax.Frac + ReciprocalFrac, frac = Formats.ImportanceKeyRing - 2 - LargestBits; // what is left of the keys' ring
        return _mpc.Shrink(new Secret(pooled, Formats.Importance.Ring, sumFrac), sumFrac - frac).Reduce(Formats.ImportanceKeyRing);
    }

    /// <summary>What importances have above the policy's floor, zero for those below: three rounds.</summary>
    private async ValueTask<Secret> AboveFloor(Secret keys)
    {
        if (_policy.ImportanceFloor == 0)
        {
            return keys;
        }

        // The floor is of the mean over heads; keys are sums.
        ulong floor = (ulong)Math.Round(Math.ScaleB(_policy.ImportanceFloor * _config.Heads / Deciders, keys.Frac));
        for (int i = 0; _mpc.First == 1 && i < keys.Length; i++)
        {
            keys.Words.Span[i] -= floor;
        }

        return keys with { Words = await _mpc.Positive(keys.Words, await _mpc.Negative(keys.Words, keys.Ring), keys.Ring) };
    }

    /// <summary>
    /// A second permutation of the kept rows, and the places after it in the order that their tokens had in the text. The kept bits go back to that order, become
    /// positions by a prefix sum and return; those of the kept are shuffled by the second permutation and opened. They must not be opened in the first one's places:
    /// there the order of importances is open, and both together would tell which place in the text, among the kept, matters most. Seven rounds, 8 bytes a candidate.
    /// </summary>
    private async ValueTask<(SecretPermutation Order, int[][]? Places)> TextOrder(int[][]? places, SecretPermutation order, int rows, int k)
    {
        const int ring = 16;
        int n = Candidates;
        Words bits = _mpc.Zeros(rows * n);
        for (int r = 0; places is not null && r < rows; r++)
        {
            foreach (int place in places[r])
            {
                bits.Span[(r * n) + place] = _mpc.First;
            }
        }

        Secret back = await _mpc.Unshuffle(new Secret(bits, ring, 0), order, 1);
        for (int i = 0; _mpc.Computes && i < rows * n; i++)
        {
            back.Words.Span[i] += i % n == 0 ? 0 : back.Words.Span[i - 1];
        }

        Secret positions = await _mpc.Shuffle(back, order, 1);
        SecretPermutation again = _mpc.DrawPermutation(k, rows);
        Secret ofKept = await _mpc.Shuffle(_mpc.Pick(positions, n, 1, places, k), again, 1);
        Words opened = await _mpc.OpenShuffledPlaces(ofKept.Words, ring);
        int[][]? sorted = places is null ? null : new int[rows][];
        for (int r = 0; sorted is not null && r < rows; r++)
        {
            sorted[r] = [.. Enumerable.Range(0, k)];
            Array.Sort(opened.Span.Slice(r * k, k).ToArray(), sorted[r]);
        }

        return (again, sorted);
    }
}
