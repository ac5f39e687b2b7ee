using System.Buffers.Binary;
using MPCache.Kernels;

namespace MPCache.Inference;

/// <summary>
/// Draws tokens by Gumbel's trick (Gumbel, 1954; Maddison, Tarlow, Minka, 2014): the largest of logit + temperature x noise, with noise
/// -ln(-ln u) of its own for each token, is distributed as softmax(logits / temperature). Adding is linear, so a party that holds a share
/// of the logits draws by adding to its share: no round and no byte.
/// </summary>
/// <remarks>
/// Noise follows from the seed and the position in the text alone: the same in every engine, and again when a draft is verified. It is
/// moved so that its two ends lie equally far from zero, which changes no choice.
/// </remarks>
public sealed class Sampler : IDisposable
{
    /// <summary>Farthest that noise at temperature 1 lies from zero: u has 53 bits, so -ln(-ln u) lies from -3.62 to 37.43.</summary>
    public const double NoiseReach = (Highest - Lowest) / 2;

    private const double Highest = 37.43, Lowest = -3.63;

    private readonly AesKey _key;

    /// <summary>A sampler with these options.</summary>
    /// <exception cref="ArgumentException">One makes no sense.</exception>
    public Sampler(SamplingOptions options)
    {
        Options = options.Checked();
        byte[] key = new byte[16];
        "sampling"u8.CopyTo(key);
        BinaryPrimitives.WriteUInt64LittleEndian(key.AsSpan(8), options.Seed);
        _key = new AesKey(key);
    }

    /// <summary>What it was made with.</summary>
    public SamplingOptions Options { get; }

    /// <summary>temperature x noise for the token that comes after so many, one value for each of the vocabulary.</summary>
    public void Noise(int position, Span<double> noise)
    {
        if (Options.Temperature == 0)
        {
            noise.Clear();
            return;
        }

        ulong[] random = new ulong[noise.Length];
        Kernel.PrgFill(_key, (ulong)position, 0, random);
        for (int i = 0; i < noise.Length; i++)
        {
            double u = ((random[i] >> 11) + 0.5) * (1.0 / (1ul << 53));
            noise[i] = Options.Temperature * (-Math.Log(-Math.Log(u)) - ((Highest + Lowest) / 2));
        }
    }

    /// <summary>What is added to logits because of the tokens that occurred: id and value.</summary>
    public IReadOnlyList<(int Token, double Value)> Penalties(ReadOnlySpan<int> text)
    {
        if (!Options.Penalises)
        {
            return [];
        }

        var counts = new SortedDictionary<int, int>();
        foreach (int token in text[Math.Max(0, text.Length - Options.PenaltyWindow)..])
        {
            counts[token] = counts.GetValueOrDefault(token) + 1;
        }

        double once = Math.Log(Options.RepeatPenalty) + Options.PresencePenalty;
        return [.. counts.Select(c => (c.Key, -once - (c.Value * Options.FrequencyPenalty)))];
    }

    /// <summary>The token that comes after <paramref name="text"/>, from its logits in the clear.</summary>
    public int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<int> text)
    {
        double[] values = new double[logits.Length], noise = new double[logits.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = logits[i];
        }

        foreach ((int token, double value) in Penalties(text))
        {
            values[token] += value;
        }

        Noise(text.Length, noise);
        int best = -1;
        foreach (int i in Kept(values))
        {
            best = best < 0 || values[i] + noise[i] > values[best] + noise[best] ? i : best;
        }

        return best;
    }

    /// <summary>The tokens among which is drawn: by falling logit where they are not all.</summary>
    private IEnumerable<int> Kept(double[] values)
    {
        IEnumerable<int> all = Enumerable.Range(0, values.Length);
        if (Options.Candidates == 0)
        {
            return all;
        }

        int[] first = [.. all.OrderByDescending(i => values[i]).Take(Options.Candidates)]; // of equals the first
        double[] odds = [.. first.Select(i => Math.Exp(values[i] - values[first[0]]))];
        double enough = Options.TopP < 1 ? Options.TopP * odds.Sum() : double.PositiveInfinity, before = 0;
        int kept = 0;
        while (kept < first.Length && (kept == 0 || (before < enough && odds[kept] >= Options.MinP)))
        {
            before += odds[kept++];
        }

        return first.Take(kept);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
