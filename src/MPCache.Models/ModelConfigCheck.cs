using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>Holds every field of a config against its range and against the others: the record may come from a damaged file or from a
/// peer.</summary>
internal static class ModelConfigCheck
{
    // Far above any real model, and low enough that a product of two sizes cannot overflow 64 bits.
    private const int LargestSize = 1 << 24;
    private const int MostLayers = 1 << 12;
    private const int MostEndTokens = 1 << 10;

    /// <exception cref="ModelFormatException">A value is absent or out of range, or two do not fit.</exception>
    public static void Run(ModelConfig c, string source)
    {
        Require(c.Name is not null, "the name is missing");
        foreach ((int size, int most, string name) in new[]
        {
            (c.Layers, MostLayers, "number of layers"), (c.Width, LargestSize, "width"), (c.Heads, LargestSize, "number of heads"),
            (c.KeyValueHeads, LargestSize, "number of key/value heads"), (c.HeadDim, 1 << 16, "head size"),
            (c.FeedForward, LargestSize, "feed-forward size"), (c.Vocabulary, LargestSize, "vocabulary"),
            (c.ContextLength, LargestSize, "context length"),
        })
        {
            Require(size > 0 && size <= most, $"the {name} is {size}, not between 1 and {most}");
        }

        Require((long)c.Heads * c.HeadDim <= LargestSize, $"{c.Heads} heads of {c.HeadDim} are more than {LargestSize} wide");
        Require(c.Heads % c.KeyValueHeads == 0, $"{c.Heads} query heads cannot share {c.KeyValueHeads} key/value heads evenly");
        Require(Enum.IsDefined(c.Norm), $"the kind of norm is {(int)c.Norm}, which is unknown");
        Require(Enum.IsDefined(c.Activation), $"the activation is {(int)c.Activation}, which is unknown");
        Require(c.NormEpsilon is >= 0 and < 1, $"the norm's epsilon is {c.NormEpsilon}");
        Require(c.AttentionScale is null or > 0 and < 1e6f, $"the scale of attention is {c.AttentionScale}");
        Require(c.EmbeddingScale is > 0 and < 1e6f, $"the scale of the embedding is {c.EmbeddingScale}");
        Require(!(c.Gated && c.FeedForwardBias), "a gated feed-forward part has biases, which is not supported");
        Positions();
        Sliding();
        Require(!c.EndTokens.IsDefault && c.EndTokens.Length <= MostEndTokens, $"there are not between 0 and {MostEndTokens} end tokens");
        foreach (int token in c.EndTokens.Append(c.BosToken ?? 0))
        {
            Require(token >= 0 && token < c.Vocabulary, $"the special token {token} is outside the vocabulary of {c.Vocabulary}");
        }

        void Positions()
        {
            IsList(c.LayersWithoutRotary, "layers without rotary positions");
            if (c.Rotary is not { } rotary)
            {
                Require(c.LayersWithoutRotary.IsEmpty, "some layers are said not to rotate, but positions are learnt");
                return;
            }

            Require(rotary.Dimensions > 0 && rotary.Dimensions <= c.HeadDim && rotary.Dimensions % 2 == 0,
                $"{rotary.Dimensions} numbers of a head of size {c.HeadDim} cannot be rotated in pairs");
            Require(rotary.Base is > 0 and < 1e12f, $"the rotary base is {rotary.Base}");
            Require(rotary.LocalBase is null or > 0 and < 1e12f, $"the sliding layers' rotary base is {rotary.LocalBase}");
            Require(!rotary.FrequencyFactors.IsDefault
                && (rotary.FrequencyFactors.IsEmpty || rotary.FrequencyFactors.Length == rotary.Dimensions / 2),
                $"rotary scaling does not have one factor for each of the {rotary.Dimensions / 2} frequencies");
            Require(rotary.FrequencyFactors.All(f => f is >= 1e-3f and <= 1e6f), "a factor of rotary scaling is out of range");
        }

        void Sliding()
        {
            IsList(c.SlidingLayers, "sliding layers");
            Require(c.SlidingLayers.IsEmpty == (c.SlidingWindow == 0) && c.SlidingWindow is >= 0 and <= LargestSize,
                $"{c.SlidingLayers.Length} layers slide over a window of {c.SlidingWindow} tokens");
            Require(
                c.Rotary?.LocalBase is null || !c.SlidingLayers.IsEmpty,
                "a rotary base of sliding layers is given, but no layer slides");
        }

        void IsList(ImmutableArray<int> layers, string name)
        {
            Require(!layers.IsDefault && layers.Length <= c.Layers, $"the list of {name} is missing or too long");
            for (int i = 0; i < layers.Length; i++)
            {
                Require(layers[i] >= 0 && layers[i] < c.Layers && (i == 0 || layers[i] > layers[i - 1]),
                    $"the list of {name} is not an ascending one of layers below {c.Layers}");
            }
        }

        void Require(bool holds, string cause)
        {
            if (!holds)
            {
                throw new ModelFormatException(source, cause);
            }
        }
    }
}
