using MPCache.Cache;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>
/// Generation over secrets, step by step: the prompt in pieces, then a token at a time. Every role runs it; the client (and the clear
/// engine) learns the tokens.
/// </summary>
public sealed class SecretProgram : IDisposable
{
    private readonly Mpc _mpc;
    private readonly FixedPointPlan _plan;
    private readonly GenerationRequest _request;
    private readonly int _afterFill;
    private readonly SecretEngine _engine;
    private readonly Attention<Secret> _attention;
    private readonly Transformer<Secret> _transformer;
    private int _position;

    /// <summary>A program for one generation.</summary>
    public SecretProgram(Mpc mpc, ModelConfig config, FixedPointPlan plan, IModelWeights weights, GenerationRequest request)
    {
        if (request.Capacity > Formats.LongestContext)
        {
            throw new ArgumentException($"{request.Capacity:N0} tokens are more than the {Formats.LongestContext:N0} for which "
                + $"attention's sums fit their ring.", nameof(request));
        }

        (_mpc, _plan, _request) = (mpc, plan, request);
        _afterFill = Enumerable.Range(0, config.Vocabulary).FirstOrDefault(id => !config.EndTokens.Contains(id));
        _engine = new SecretEngine(mpc, config, plan, weights, request);
        _attention = new Attention<Secret>(config, _engine, request.CachePolicy, request.PromptTokens, request.MaxTokens);
        _transformer = new Transformer<Secret>(config, _engine, _attention);
    }

    /// <summary>Called after each layer of the prompt with the tokens done: one that has passed half of the layers counts half.</summary>
    public Action<int>? Progress { get; set; }

    /// <summary>
    /// Runs the prompt and returns the first token, or -1 where it is not known. Ids are read at the client and in the clear only.
    /// </summary>
    public int Prefill(int[] prompt)
    {
        if (_request.FillCache)
        {
            Do(() => _attention.Fill(prompt.Length));
            _position = prompt.Length;
            Do(_attention.EndPrompt);
            return _afterFill;
        }

        int token = Run(Piece.Of(prompt, 0), Progress);
        if (_request.MaxTokens > 1)
        {
            Do(_attention.EndPrompt);
        }

        return token;
    }

    /// <summary>Runs one generated token and returns the next.</summary>
    public int Decode(int token) => Run([new Piece(new[] { token }, _position)], null);

    private bool Reveals => _request.Reveal == "logits";

    private void Do(Func<ValueTask> step)
    {
        _mpc.Run(async () =>
        {
            await step();
            return 0;
        });
        _mpc.Release(Arena.Bottom);
    }

    private int Run(IReadOnlyList<Piece> pieces, Action<int>? progress)
    {
        int next = _mpc.Run(async () => await Choose((await _transformer.Run(pieces, _request.InFlight, wantLogits: true, progress))!));
        _position = pieces[^1].Position + pieces[^1].Tokens.Length;
        _mpc.Release(Arena.Bottom);
        return next;
    }

    /// <summary>The last step's logits, where they were revealed to this role.</summary>
    public float[]? Logits { get; private set; }

    /// <summary>
    /// Whether a score, a row's length or an activation's argument of the last phase (the prompt, or one token) left its range, so that
    /// what followed is not the model's:
    /// known at the client and in the clear, null elsewhere.
    /// </summary>
    public bool? LeftRange { get; private set; }

    private async ValueTask<int> Choose(Secret logits)
    {
        _mpc.Stage = Stages.Choice;
        ValueTask<Secret> leftRange = _mpc.Ranges.Close(); // beside the rounds of the argmax, and opened beside its result
        NumberFormat format = Formats.Logit(_plan);
        Secret values = _mpc.Shrink(logits, logits.Frac - format.Frac);
        Secret result = Reveals ? values.Reduce(format.Ring) : await _mpc.IndexOfLargest(values, format.Ring);
        ValueTask<Words> opening = _mpc.OpenToClient(await leftRange);
        Words opened = await _mpc.OpenToClient(result);
        Words bit = await opening;
        if (!opened.HasValues)
        {
            return -1;
        }

        LeftRange = bit.Span[0] != 0;
        if (!Reveals)
        {
            return (int)opened.Span[0];
        }

        float[] revealed = new float[opened.Length];
        for (int i = 0; i < revealed.Length; i++)
        {
            revealed[i] = MathF.ScaleB((long)(opened.Span[i] << (64 - format.Ring)) >> (64 - format.Ring), -format.Frac);
        }

        Logits = revealed;
        return FloatProgram.Largest(revealed);
    }

    /// <inheritdoc/>
    public void Dispose() => _engine.Dispose();
}
