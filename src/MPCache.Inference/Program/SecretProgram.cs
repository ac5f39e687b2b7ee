using MPCache.Cache;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Generation over secrets, step by step: the prompt in pieces, then passes of one token or of some guessed ones. Every role runs it; the client (and the clear
/// engine) learns the tokens.
/// </summary>
public sealed class SecretProgram : IDisposable
{
    private readonly Mpc _mpc;
    private readonly GenerationRequest _request;
    private readonly int _afterFill;
    private readonly SecretEngine _engine;
    private readonly Attention<Secret> _attention;
    private readonly Transformer<Secret> _transformer;
    private readonly Choice _choice;
    private int _rows = 1; // of the last pass
    private readonly List<int> _text = []; // ids where they are known; elsewhere only their number counts

    /// <summary>A program for one generation.</summary>
    /// <param name="mpc">The role's run.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="plan">Its rings and fractional bits.</param>
    /// <param name="weights">Its matrices, as the role holds them.</param>
    /// <param name="request">What all roles agree on.</param>
    /// <param name="sampler">How tokens are drawn, at the client and in the clear; null for the largest logit.</param>
    public SecretProgram(
        Mpc mpc,
        ModelConfig config,
        FixedPointPlan plan,
        IModelWeights weights,
        GenerationRequest request,
        Sampler? sampler = null)
    {
        if (request.Capacity > Formats.LongestContext)
        {
            throw new ArgumentException($"{request.Capacity:N0} tokens are more than the {Formats.LongestContext:N0} for which "
                + $"attention's sums fit their ring.", nameof(request));
        }

        (_mpc, _request, _choice) = (mpc, request, new Choice(mpc, plan, request, sampler));
        _afterFill = Enumerable.Range(0, config.Vocabulary).FirstOrDefault(id => !config.EndTokens.Contains(id));
        _engine = new SecretEngine(mpc, config, plan, weights, request);
        _attention = new Attention<Secret>(config, _engine, request.CachePolicy, request.PromptTokens, request.MaxTokens);
        _transformer = new Transformer<Secret>(config, _engine, _attention);
    }

    /// <summary>What attention and its policy have done so far.</summary>
    internal OperationCounts Counts => _engine.Counts;

    /// <summary>Called after each layer of the prompt with the tokens done: one that has passed half of the layers counts half.</summary>
    public Action<int>? Progress { get; set; }

    /// <summary>
    /// Runs the prompt and returns the first token, or -1 where it is not known. Ids are read at the client and in the clear only.
    /// </summary>
    public int Prefill(int[] prompt)
    {
        _text.AddRange(prompt);
        if (_request.FillCache)
        {
            Do(() => _attention.Fill(prompt.Length));
            Do(_attention.EndPrompt);
            return _afterFill;
        }

        int token = Run(Piece.Of(prompt, 0), 1, Progress)[0];
        if (_request.MaxTokens > 1)
        {
            Do(_attention.EndPrompt);
        }

        return token;
    }

    /// <summary>Runs one generated token and returns the next.</summary>
    public int Decode(int token) => Decode([token])[0];

    /// <summary>
    /// A pass: runs tokens side by side, each seeing those before it, and returns the token that comes after each, or -1 where it is not
    /// known. Where one of them was a wrong guess, <see cref="Keep"/> comes before the next pass.
    /// </summary>
    public int[] Decode(int[] tokens)
    {
        _text.AddRange(tokens);
        _rows = tokens.Length;
        return Run([new Piece(tokens, _text.Count - tokens.Length)], tokens.Length, null);
    }

    /// <summary>
    /// Of the last pass's rows leaves the first so many; the others leave the caches as if they had not been run. Their masks are spent:
    /// what comes in their place has its own.
    /// </summary>
    public void Keep(int rows)
    {
        _attention.DropLast(_rows - rows);
        _text.RemoveRange(_text.Count - _rows + rows, _rows - rows);
        _rows = rows;
    }

    private void Do(Func<ValueTask> step)
    {
        _mpc.Run(async () =>
        {
            await step();
            return 0;
        });
        _mpc.Release(Arena.Bottom);
    }

    private int[] Run(IReadOnlyList<Piece> pieces, int rows, Action<int>? progress)
    {
        int[] next = _mpc.Run(async () =>
            await _choice.Of((await _transformer.Run(pieces, _request.InFlight, rows, progress))!, rows, [.. _text]));
        _mpc.Release(Arena.Bottom);
        return next;
    }

    /// <summary>The last row's logits, where they were revealed to this role.</summary>
    public float[]? Logits => _choice.Logits;

    /// <summary>
    /// Whether a score, a row's length or an activation's argument of the last phase (the prompt, or one token) left its range, so that
    /// what followed is not the model's:
    /// known at the client and in the clear, null elsewhere.
    /// </summary>
    public bool? LeftRange => _choice.LeftRange;

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
