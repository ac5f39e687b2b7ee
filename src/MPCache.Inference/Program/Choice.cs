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
            Draw(logits, rows, text);
        }

        Secret values = mpc.Shrink(logits, logits.Frac - format.Frac);
        Secret result = reveals ? values.Reduce(format.Ring) : await Largest(values, rows, format.Ring);
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

    /// <summary>The client adds penalties and noise to its share: the largest is then drawn as <see cref="Sampler"/> says.</summary>
    private void Draw(Secret logits, int rows, int[] text)
    {
        if (sampler is not { Options.Changes: true } || mpc.AddsPublic == 0)
        {
            return;
        }

        int vocabulary = logits.Length / rows;
        double[] noise = new double[vocabulary];
        for (int r = 0; r < rows; r++)
        {
            ReadOnlySpan<int> before = text.AsSpan(0, text.Length - rows + 1 + r);
            sampler.Noise(before.Length, noise);
            foreach ((int token, double value) in sampler.Penalties(before))
            {
                noise[token] += value;
            }

            Span<ulong> row = logits.Words.Span.Slice(r * vocabulary, vocabulary);
            for (int i = 0; i < vocabulary; i++)
            {
                row[i] += (ulong)(long)Math.Round(Math.ScaleB(noise[i], logits.Frac));
            }
        }
    }

    private async ValueTask<Secret> Largest(Secret values, int rows, int ring)
    {
        int vocabulary = values.Length / rows;
        if (rows == 1)
        {
            return await mpc.IndexOfLargest(values, ring);
        }

        ValueTask<Secret>[] beside =
            [.. Enumerable.Range(0, rows).Select(r => mpc.IndexOfLargest(values.Slice(r * vocabulary, vocabulary), ring))];
        Secret[] largest = new Secret[rows];
        for (int r = 0; r < rows; r++)
        {
            largest[r] = await beside[r];
        }

        return mpc.Beside(1, largest);
    }

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

            tokens[r] = sampler?.Choose(revealed, text.AsSpan(0, text.Length - rows + 1 + r)) ?? FloatProgram.Largest(revealed);
        }

        Logits = revealed;
        return tokens;
    }
}
