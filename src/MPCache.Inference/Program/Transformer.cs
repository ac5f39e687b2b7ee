using MPCache.Cache;
using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// The transformer, written once. Models differ in what the engine's norm, activation and positions do, hardly in the order of steps.
/// </summary>
public sealed class Transformer<T>(ModelConfig config, IEngine<T> engine, Attention<T> attention)
{
    /// <summary>
    /// Runs consecutive pieces of a text through all layers, as a wavefront: each piece one layer behind the piece before it. Returns the
    /// logits of its last <paramref name="logitRows"/> rows, or nothing where that is 0.
    /// </summary>
    /// <remarks>
    /// A piece at a layer needs of the pieces before it only their keys and values at that layer. So all pieces under way run a layer side
    /// by side and share its exchanges: P pieces take the rounds of layers + P - 1 layers; one after another they would take layers x P.
    /// </remarks>
    /// <param name="pieces">The pieces, in order; one for a generated token.</param>
    /// <param name="inFlight">Pieces under way at once at most: each takes the memory of one layer.</param>
    /// <param name="logitRows">Rows of the last piece whose logits are wanted, from its end.</param>
    /// <param name="progress">Told the tokens done after each layer; a token that has passed half of the layers counts half.</param>
    public async ValueTask<T?> Run(IReadOnlyList<Piece> pieces, int inFlight, int logitRows, Action<int>? progress = null)
    {
        var underWay = new List<(Piece Piece, int Layer)>(inFlight);                            // each with the layer that comes next
        var rows = new List<T>(inFlight);                                                       // rows x width each
        long layerTokens = 0;
        T last = default!;
        for (int begun = 0; begun < pieces.Count || underWay.Count > 0;)
        {
            if (begun < pieces.Count && underWay.Count < inFlight)
            {
                underWay.Add((pieces[begun++], Embedding));
                rows.Add(default!);
            }

            ValueTask<T>[] steps = [.. underWay.Select((u, i) => Advance(u.Piece, rows[i], u.Layer))]; // side by side
            for (int i = 0; i < steps.Length; i++)
            {
                rows[i] = await steps[i];
                layerTokens += underWay[i].Layer == Embedding ? 0 : underWay[i].Piece.Tokens.Length;
                underWay[i] = (underWay[i].Piece, underWay[i].Layer + 1);
            }

            engine.EndLayer(rows);
            progress?.Invoke((int)(layerTokens / config.Layers));
            if (underWay[0].Layer == config.Layers)
            {
                last = rows[0];
                underWay.RemoveAt(0);
                rows.RemoveAt(0);
            }
        }

        if (logitRows == 0)
        {
            return default;
        }

        engine.Operations.Stage(Stages.Output);
        last = engine.LastRows(last, pieces[^1].Tokens.Length, logitRows);                      // logit rows x width
        last = await engine.Norm(last, config.Layers, NormSite.Output);
        return await engine.Linear(last, config.Layers, LinearSite.Output);                     // logit rows x vocabulary
    }

    private const int Embedding = -1;

    private ValueTask<T> Advance(Piece piece, T rows, int layer)
    {
        if (layer == Embedding)
        {
            engine.Operations.Stage(Stages.Embedding);
            return engine.Embed(piece.Tokens, piece.Position);                                  // rows x width
        }

        return Layer(rows, layer, piece.Tokens.Length, piece.Position);
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
