using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>What becomes of logits at the end of a pass: the tokens that come next, opened to the client, or the logits themselves.</summary>
/// <param name="mpc">The role's run.</param>
/// <param name="plan">The model's formats.</param>
/// <param name="request">What is opened, and the shape of the draw.</param>
/// <param name="sampler">How the client (or the clear engine) draws; null for the largest, and at all others.</param>
internal sealed class Choice(Mpc mpc, FixedPointPlan plan, GenerationRequest request, Sampler? sampler)
{
    /// <summary>The last row's logits, where they were revealed to this role.</summary>
    public float[]? Logits { get; private set; }

    /// <summary>See <see cref="SecretProgram.LeftRange"/>.</summary>
    public bool? LeftRange { get; private set; }

    /// <summary>
    /// The token after each row, for logits of rows x vocabulary; -1 where it is not known. All rows are chosen among side by side, in the
    /// rounds of one.
    /// </summary>
    /// <param name="logits">Rows x vocabulary.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="text">All ids up to the last row's; looked at where a sampler is.</param>
    public async ValueTask<int[]> Of(Secret logits, int rows, int[] text)
    {
        mpc.Stage = Stages.Choice;
        ValueTask<Secret> leftRange = mpc.Ranges.Close(); // beside the rounds of the argmax, and opened beside its result
        bool reveals = request.Reveal == "logits";
        NumberFormat format = Formats.Logit(plan, request.NoiseBits);
        if (!reveals)
        {
            Penalise(logits, rows, text);
        }

        bool among = request.Candidates > 0;
        Secret noise = among ? Noise(new Secret(mpc.Zeros(logits.Length), format.Ring, format.Frac), rows, text) : default;
        if (!reveals && !among)
        {
            Noise(logits, rows, text); // before the cut: one rounding in all
        }

        Secret values = mpc.Shrink(logits, logits.Frac - format.Frac);
        Secret result = reveals ? values.Reduce(format.Ring)
            : among ? await Beside(rows, r =>
                mpc.IndexOfDrawn(Row(values, r, rows), Row(noise, r, rows), format.Ring, request.Candidates, Cuts()))
            : await mpc.IndexOfLargest(values, format.Ring, rows);
        ValueTask<Words> opening = mpc.OpenToClient(await leftRange);
        Words opened = await mpc.OpenToClient(result);
        Words bit = await opening;
        if (!opened.HasValues)
        {
            return [.. Enumerable.Repeat(-1, rows)];
        }

        LeftRange = bit.Span[0] != 0;
        return reveals ? OfLogits(opened, format, rows, text) : [.. opened.Span.ToArray().Select(word => (int)word)];
    }

    /// <summary>The client takes its penalties from its share.</summary>
    private void Penalise(Secret logits, int rows, int[] text)
    {
        if (sampler is null || mpc.AddsPublic == 0)
        {
            return;
        }

        for (int r = 0; r < rows; r++)
        {
            Span<ulong> row = Row(logits, r, rows).Words.Span;
            foreach ((int token, double value) in sampler.Penalties(Before(text, r, rows)))
            {
                row[token] += Fixed(value, logits.Frac);
            }
        }
    }

    /// <summary>The client adds its noise to its share of a tensor of rows x vocabulary.</summary>
    private Secret Noise(Secret to, int rows, int[] text)
    {
        if (sampler is not { Options.Draws: true } || mpc.AddsPublic == 0)
        {
            return to;
        }

        double[] noise = new double[to.Length / rows];
        for (int r = 0; r < rows; r++)
        {
            sampler.Noise(Before(text, r, rows).Length, noise);
            Span<ulong> row = Row(to, r, rows).Words.Span;
            for (int i = 0; i < row.Length; i++)
            {
                row[i] += Fixed(noise[i], to.Frac);
            }
        }

        return to;
    }

    /// <summary>
    /// What narrows the candidates, as shares that the client alone knows; where it wants none of one kind, one that cuts nothing.
    /// </summary>
    private CandidateCuts? Cuts()
    {
        if (!request.Cuts)
        {
            return null;
        }

        Words mass = mpc.Zeros(1), distance = mpc.Zeros(1);
        if (sampler is { } s && mpc.AddsPublic == 1)
        {
            mass.Span[0] = Fixed(s.Options.TopP < 1 ? s.Options.TopP : 2, CandidateCuts.MassFrac);
            distance.Span[0] = Fixed(s.Options.MinP > 0 ? -Math.Log2(s.Options.MinP) : 1 << 12, Exponential.XFrac);
        }

        return new CandidateCuts(
            new Secret(mass, CandidateCuts.MassRing, CandidateCuts.MassFrac),
            new Secret(distance, CandidateDraw.CutRing, Exponential.XFrac));
    }

    /// <summary>One secret for each row, side by side.</summary>
    private async ValueTask<Secret> Beside(int rows, Func<int, ValueTask<Secret>> choose)
    {
        ValueTask<Secret>[] beside = [.. Enumerable.Range(0, rows).Select(choose)];
        Secret[] chosen = new Secret[rows];
        for (int r = 0; r < rows; r++)
        {
            chosen[r] = await beside[r];
        }

        return rows == 1 ? chosen[0] : mpc.Beside(1, chosen);
    }

    private static Secret Row(Secret x, int row, int rows) => x.Slice(x.Length / rows * row, x.Length / rows);

    /// <summary>The ids up to a row's own.</summary>
    private static ReadOnlySpan<int> Before(int[] text, int row, int rows) => text.AsSpan(0, text.Length - rows + 1 + row);

    private static ulong Fixed(double value, int frac) => (ulong)(long)Math.Round(Math.ScaleB(value, frac));

    private int[] OfLogits(Words opened, NumberFormat format, int rows, int[] text)
    {
        float[] revealed = new float[opened.Length / rows];
        int[] tokens = new int[rows];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < revealed.Length; i++)
            {
                ulong word = opened.Span[(r * revealed.Length) + i] << (64 - format.Ring);
                revealed[i] = MathF.ScaleB((long)word >> (64 - format.Ring), -format.Frac);
            }

            tokens[r] = sampler?.Choose(revealed, Before(text, r, rows)) ?? FloatProgram.Largest(revealed);
        }

        Logits = revealed;
        return tokens;
    }
}
