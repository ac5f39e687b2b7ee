using MPCache.Cache;
using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// The transformer, written once. Models differ in what the engine's norm, activation and positions do, hardly in the order of steps.
/// </summary>
public sealed class Transformer<T>(ModelConfig config, IEngine<T> engine, Attention<T> attention)
{
    /// <summary>
    /// Runs rows of tokens (a piece of the prompt, or one generated token) through all layers and returns the logits of the last row, or
    /// nothing when
    /// <paramref name="wantLogits"/> is false: a prompt's earlier pieces only fill the cache.
    /// </summary>
    /// <param name="tokens">Ids, at whoever knows them; elsewhere only their number counts.</param>
    /// <param name="position">Position of the first token.</param>
    /// <param name="wantLogits">Whether the last row's logits are wanted.</param>
    public async ValueTask<T?> Step(ReadOnlyMemory<int> tokens, int position, bool wantLogits)
    {
        int rows = tokens.Length;
        engine.Operations.Stage(Stages.Embedding);
        T x = await engine.Embed(tokens, position);                                         // rows x width
        x = engine.EndLayer(x);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            x = engine.EndLayer(await Layer(x, layer, rows, position));
        }

        if (!wantLogits)
        {
            return default;
        }

        engine.Operations.Stage(Stages.Output);
        T last = await engine.Norm(engine.LastRow(x, rows), config.Layers, NormSite.Output); // 1 x width
        return await engine.Linear(last, config.Layers, LinearSite.Output);                  // 1 x vocabulary
    }

    /// <summary>One layer: residual stream in and out, rows x width.</summary>
    public async ValueTask<T> Layer(T x, int layer, int rows, int position)
    {
        engine.Operations.Stage(Stages.Norm);
        T n = await engine.Norm(x, layer, NormSite.Attention);                              // rows x width
        engine.Operations.Stage(Stages.QueryKeyValue);
        T qkv = await engine.Linear(n, layer, LinearSite.QueryKeyValue);                    // rows x (heads + 2 kv heads) head dim
        if (config.QueryKeyNorm)
        {
            engine.Operations.Stage(Stages.QueryKeyNorm);
            qkv = await engine.NormHeads(qkv, layer, rows);
        }

        T mixed = await attention.Attend(qkv, layer, rows, position);                       // rows x (heads x head dim)
        engine.Operations.Stage(Stages.AttentionOutput);
        T back = await engine.Linear(mixed, layer, LinearSite.AttentionOutput);             // rows x width
        if (config.PostNorms)
        {
            engine.Operations.Stage(Stages.Norm);
            back = await engine.PostNorm(back, layer, LinearSite.AttentionPostNorm);
        }

        x = await engine.AddResidual(x, back, layer, LinearSite.AttentionOutput);

        engine.Operations.Stage(Stages.Norm);
        n = await engine.Norm(x, layer, NormSite.FeedForward);                              // rows x width
        engine.Operations.Stage(Stages.GateUp);
        T gateUp = await engine.Linear(n, layer, LinearSite.GateUp);                        // rows x 2 feed-forward, or 1
        engine.Operations.Stage(Stages.Activation);
        T hidden = await engine.Activate(gateUp, layer, rows);                              // rows x feed-forward
        engine.Operations.Stage(Stages.Down);
        T down = await engine.Linear(hidden, layer, LinearSite.Down);                       // rows x width
        if (config.PostNorms)
        {
            engine.Operations.Stage(Stages.Norm);
            down = await engine.PostNorm(down, layer, LinearSite.FeedForwardPostNorm);
        }

        return await engine.AddResidual(x, down, layer, LinearSite.Down);
    }
}
