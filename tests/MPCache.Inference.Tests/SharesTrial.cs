using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>
/// A policy on keys and queries alone, in every role of the engine on shares: which tokens it keeps of the prompt and selects at a step,
/// read off values that hold their
/// token's place, as <see cref="PolicyTrial"/> does in single precision.
/// </summary>
internal sealed class SharesTrial(string policy, TrialRows rows)
{
    private const int InputFrac = 24;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ModelConfig _config = ModelConfig.Known("SmolLM2-135M")! with
    {
        Layers = rows.Shape.Layers,
        Heads = rows.Shape.Heads,
        KeyValueHeads = rows.Shape.KeyHeads,
        HeadDim = rows.Shape.HeadDim,
        Rotary = ModelConfig.Known("SmolLM2-135M")!.Rotary! with { Dimensions = rows.Shape.HeadDim },
        Vocabulary = 8,
        ContextLength = 4096,
    };

    /// <summary>
    /// What a role saw: for each layer and key head the places kept, in the order of the cache; for each layer and head those selected at a
    /// step; for each layer and key head those that are cached after it; costs.
    /// </summary>
    public sealed record Outcome(int[][][] Kept, int[][][] Selected, int[][][] Left, Cost Cost);

    /// <summary>In fixed point, in the clear.</summary>
    public Outcome Clear() => Run(Role.Clear, new ClearCorrelations(), null, share: 0);

    /// <summary>What the cost engine says.</summary>
    public Cost Predicted() => Run(Role.Cost, new CostCorrelations(), null, share: 0).Cost;

    /// <summary>Between client, server and dealer.</summary>
    public (Outcome Outcome, Cost Measured) Private()
    {
        (MemoryChannel clientEnd, MemoryChannel serverEnd) = MemoryChannel.Pair();
        (MemoryChannel dealerEnd, MemoryChannel streamEnd) = MemoryChannel.Pair();
        AesKey clientSeed = Key(1), serverSeed = Key(2);
        var reader = new CorrectionReader(streamEnd);
        Task<Outcome> client = Long(() => Run(Role.Client, new ClientCorrelations(clientSeed), clientEnd, share: 1));
        Task<Outcome> server = Long(() => Run(Role.Server, new ServerCorrelations(serverSeed, reader), serverEnd, share: 2));
        Task<Outcome> dealer = Long(
            () => Run(Role.Dealer, new DealerCorrelations(clientSeed, serverSeed, new CorrectionWriter(dealerEnd)), null, share: 0));
        Assert.True(Task.WaitAll([client, server, dealer], Patience), "A role did not end.");
        return (client.Result, new Cost(
            client.Result.Cost.Rounds,
            clientEnd.Traffic.PayloadSent,
            clientEnd.Traffic.PayloadReceived,
            server.Result.Cost.Dealt));
    }

    private Outcome Run(Role role, ICorrelations correlations, IChannel? peer, int share)
    {
        CacheShape shape = rows.Shape;
        var request = new GenerationRequest { PromptTokens = shape.Prompt, MaxTokens = shape.Generated, Policy = policy, Reveal = "token" };
        FixedPointPlan plan = FixedPointPlan.Typical(_config);
        using var mpc = new Mpc(role, correlations, peer, Key(3));
        using var engine = new SecretEngine(mpc, _config, plan, new MaskedModelWeights(_config, plan, 0), request);
        ICacheOperations<Secret> operations = engine.Operations;
        PolicyRun<Secret> run = request.CachePolicy.Begin(operations, shape);
        LayerCache<Secret>[] caches =
            [.. Enumerable.Range(0, shape.Layers)
                .Select(_ => new LayerCache<Secret>(operations, shape.KeyHeads, request.Capacity, shape.HeadDim))];
        (int[][][] kept, int[][][] selected, int[][][] left) = mpc.Run(async () =>
        {
            for (int l = 0; l < shape.Layers; l++)
            {
                await Append(l, rows.Keys[l], shape.Prompt, 0);
                Factor<Secret> queries = await engine.Ready(Share(rows.Queries[l]), l, HeadKind.Query);
                await run.JudgeAgain(operations, l, queries, shape.Heads, rows.Window, shape.Prompt - rows.Window, caches[l]);
            }

            await run.EndPrompt(caches);
            int[][][] kept = [.. await Opened(
                l => caches[l].Values.Read(0, caches[l].Tokens).Value,
                shape.KeyHeads * shape.HeadDim,
                stride: shape.HeadDim)];
            var selected = new List<int[][]>();
            for (int l = 0; l < shape.Layers; l++)
            {
                await Append(l, rows.StepKeys[l], 1, shape.Prompt);
                run.Appended(l, caches[l], shape.Prompt);
                Factor<Secret> queries = await engine.Ready(Share(rows.StepQueries[l]), l, HeadKind.Query);
                int tokens = caches[l].Tokens;
                Selected<Secret>? some = await run.Select(
                    l,
                    new Step<Secret>(queries, operations.Scores(queries, caches[l].Keys, 1, tokens), caches[l]));
                Secret attended = some is null ? Ones(shape.Heads * tokens) : await some.PutBack(Ones(shape.Heads * some.Columns));
                int[][] places = (await Opened(_ => caches[l].Values.Read(0, tokens).Value, shape.KeyHeads * shape.HeadDim, shape
                    .HeadDim))[0];
                long[] ones = await Open(attended);
                selected.Add(
                [
                    .. Enumerable.Range(0, shape.Heads).Select(h => Enumerable.Range(0, ones.Length == 0 ? 0 : tokens)
                        .Where(t => ones[(h * tokens) + t] != 0).Select(t => places[h / shape.Share][t]).Order().ToArray()),
                ]);
                await run.JudgeAgain(operations, l, queries, shape.Heads, 1, shape.Prompt, caches[l]);
            }

            int[][][] left = [.. await Opened(
                l => caches[l].Values.Read(0, caches[l].Tokens).Value,
                shape.KeyHeads * shape.HeadDim,
                stride: shape.HeadDim)];

            mpc.Release(Arena.Bottom);
            return (kept, (int[][][])[.. selected], left);
        });
        return new Outcome(kept, selected, left, mpc.Tally.Total);

        async ValueTask Append(int layer, float[] keys, int count, int firstPlace)
        {
            float[] places = [.. keys.Select((_, i) => (float)(firstPlace + (i / shape.HeadDim % count)))];
            caches[layer].AppendKeys(await engine.Ready(Share(keys), layer, HeadKind.Key), count);
            caches[layer].AppendValues(await engine.Ready(Share(places), layer, HeadKind.Value), count);
        }

        // Each layer's first element of each row, for each head.
        async ValueTask<List<int[][]>> Opened(Func<int, Secret> of, int width, int stride)
        {
            var layers = new List<int[][]>();
            for (int l = 0; l < shape.Layers; l++)
            {
                Secret values = of(l);
                long[] words = await Open(values);
                int count = values.Length / width;
                layers.Add([.. Enumerable.Range(0, words.Length == 0 ? 0 : shape.KeyHeads).Select(h =>
                    Enumerable.Range(0, count)
                        .Select(t => (int)Math.Round(Math.ScaleB((double)words[((h * count) + t) * stride], -values.Frac)))
                        .ToArray())]);
            }

            return layers;
        }

        async ValueTask<long[]> Open(Secret x)
        {
            Words words = await mpc.OpenToClient(x);
            return words.HasValues ? [.. words.Span.ToArray().Select(w => (long)(w << (64 - x.Ring)) >> (64 - x.Ring))] : [];
        }

        Secret Ones(int length)
        {
            Words words = mpc.Zeros(length);
            for (int i = 0; mpc.Computes && i < length; i++)
            {
                words.Span[i] = mpc.AddsPublic;
            }

            return new Secret(words, 56, 0);
        }

        // The client's share is pseudo-random, the server's the rest.
        Secret Share(float[] values)
        {
            Words words = mpc.Take(values.Length);
            if (mpc.Computes)
            {
                if (share > 0)
                {
                    Kernel.PrgFill(Key(4), 0, 0, words.Span);
                }

                for (int i = 0; i < values.Length; i++)
                {
                    ulong value = (ulong)(long)Math.Round(Math.ScaleB((double)values[i], InputFrac));
                    words.Span[i] = share switch { 0 => value, 1 => words.Span[i], _ => value - words.Span[i] };
                }
            }

            return new Secret(words, 64, InputFrac);
        }
    }

    private static AesKey Key(byte purpose)
    {
        byte[] key = new byte[16];
        key[15] = purpose;
        return new AesKey(key);
    }

    private static Task<T> Long<T>(Func<T> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
