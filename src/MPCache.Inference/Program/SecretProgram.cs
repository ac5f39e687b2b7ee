using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Generation over secrets, step by step: the prompt in pieces, then a token at a time. Every role runs it; the client (and the clear engine) learns the tokens.
/// </summary>
public sealed class SecretProgram : IDisposable
{
    /// <summary>Rows of the prompt that pass through the layers together: large enough to share each read of the weights, small enough to keep memory flat.</summary>
    public const int PieceRows = 64;

    private const int LogitFrac = 9;

    private readonly Mpc _mpc;
    private readonly FixedPointPlan _plan;
    private readonly SecretEngine _engine;
    private readonly Transformer<Secret> _transformer;
    private int _position;

    /// <summary>A program for one generation of at most <paramref name="capacity"/> tokens, prompt included.</summary>
    public SecretProgram(Mpc mpc, ModelConfig config, FixedPointPlan plan, IModelWeights weights, int capacity)
    {
        if (capacity > plan.LongestContext)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity), $"{capacity:N0} tokens are more than the {plan.LongestContext:N0} for which attention's sums fit their ring.");
        }

        (_mpc, _plan) = (mpc, plan);
        _engine = new SecretEngine(mpc, config, plan, weights, capacity);
        _transformer = new Transformer<Secret>(config, _engine);
    }

    /// <summary>Called after each piece of the prompt with the number of tokens done.</summary>
    public Action<int>? Progress { get; set; }

    /// <summary>Runs the prompt and returns the first token, or -1 where it is not known. Ids are read at the client and in the clear only.</summary>
    public int Prefill(int[] prompt)
    {
        for (; _position + PieceRows < prompt.Length; Progress?.Invoke(_position))
        {
            Run(prompt.AsMemory(_position, PieceRows), last: false);
        }

        int token = Run(prompt.AsMemory(_position), last: true);
        Progress?.Invoke(_position);
        return token;
    }

    /// <summary>Runs one generated token and returns the next.</summary>
    public int Decode(int token) => Run(new[] { token }, last: true);

    private int Run(ReadOnlyMemory<int> tokens, bool last)
    {
        int next = _mpc.Run(async () =>
        {
            Secret logits = await _transformer.Step(tokens, _position, last);
            return last ? await Choose(logits) : -1;
        });
        _position += tokens.Length;
        _mpc.Arena.Release(Arena.Bottom);
        return next;
    }

    private async ValueTask<int> Choose(Secret logits)
    {
        _mpc.Stage = "choice";
        Secret index = await _mpc.IndexOfLargest(_mpc.Shrink(logits, logits.Frac - LogitFrac), _plan.LogitBits + LogitFrac + 2);
        Words opened = await _mpc.OpenToClient(index);
        _mpc.Correlations.Flush();
        return opened.HasValues ? (int)opened.Span[0] : -1;
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
