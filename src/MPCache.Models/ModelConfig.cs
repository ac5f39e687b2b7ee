using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>The public sizes of a model: all that both parties know of it.</summary>
public sealed record ModelConfig
{
    // Far above any real model, and low enough that a product of two sizes cannot overflow 64 bits.
    private const int LargestSize = 1 << 24;

    /// <summary>A name for people; not an identifier.</summary>
    public required string Name { get; init; }

    /// <summary>Which of the transformer shapes it has.</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>Number of transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Length of the hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key/value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Length of a query, key or value of one head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Length of the hidden state inside the feed-forward part.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the token embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most tokens that the model was made for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>The epsilon under the square root of every norm.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Base of the rotary frequencies; 0 where positions are learnt.</summary>
    public float RopeBase { get; init; }

    /// <summary>Whether the logits are computed with the token embedding.</summary>
    public required bool TiedOutput { get; init; }

    /// <summary>The token that begins a text, where the model has one.</summary>
    public int? BosToken { get; init; }

    /// <summary>Whether a plain prompt begins with <see cref="BosToken"/>.</summary>
    public bool AddBos { get; init; }

    /// <summary>Tokens that end a text or a turn, ascending. Generation stops at any of them. Two configs compare equal
    /// only if they share this very array.</summary>
    public ImmutableArray<int> EndTokens { get; init; } = [];

    /// <summary>Names that <see cref="Known"/> knows.</summary>
    public static IReadOnlyList<string> KnownNames => KnownModels.Names;

    /// <summary>Number of weights, from the sizes; a tied output is counted once.</summary>
    public long Parameters
    {
        get
        {
            long once = 0, perLayer = 0;
            foreach (var role in TensorRoles.Of(Family))
            {
                if (role == TensorRole.Output && TiedOutput)
                {
                    continue;
                }

                var (rows, columns) = ShapeOf(role);
                if (TensorRoles.IsPerLayer(role))
                {
                    perLayer += (long)rows * columns;
                }
                else
                {
                    once += (long)rows * columns;
                }
            }

            return once + Layers * perLayer;
        }
    }

    /// <summary>Sizes of a published model, for planning without its weights; null for a name that is not in <see cref="KnownNames"/>.</summary>
    /// <param name="name">In any case.</param>
    public static ModelConfig? Known(string name) => KnownModels.Find(name);

    /// <summary>Shape of a tensor as <see cref="ModelFile.Read"/> returns it: output rows x input columns; a vector of n is (n, 1).</summary>
    public (int Rows, int Columns) ShapeOf(TensorRole role) => role switch
    {
        TensorRole.TokenEmbedding or TensorRole.Output => (Vocabulary, Width),
        TensorRole.PositionEmbedding => (ContextLength, Width),
        TensorRole.Query => (Heads * HeadDim, Width),
        TensorRole.QueryBias => (Heads * HeadDim, 1),
        TensorRole.Key or TensorRole.Value => (KeyValueHeads * HeadDim, Width),
        TensorRole.KeyBias or TensorRole.ValueBias => (KeyValueHeads * HeadDim, 1),
        TensorRole.AttentionOutput => (Width, Heads * HeadDim),
        TensorRole.Gate or TensorRole.Up => (FeedForward, Width),
        TensorRole.UpBias => (FeedForward, 1),
        TensorRole.Down => (Width, FeedForward),
        _ => (Width, 1),
    };

    /// <summary>Refuses sizes that no supported model has, before anything is multiplied or looped over.</summary>
    /// <exception cref="ModelFormatException">A size is out of range or two do not fit.</exception>
    public ModelConfig Checked(string file)
    {
        foreach (var (size, name) in new[]
        {
            (Layers, "number of layers"), (Width, "width"), (Heads, "number of heads"), (KeyValueHeads, "number of key/value heads"),
            (HeadDim, "head size"), (FeedForward, "feed-forward size"), (Vocabulary, "vocabulary"), (ContextLength, "context length"),
        })
        {
            Require(size is > 0 and <= LargestSize, $"the {name} is {size}, not between 1 and {LargestSize}");
        }

        Require((long)Heads * HeadDim <= LargestSize, $"{Heads} heads of {HeadDim} are more than {LargestSize} wide");
        Require(Heads % KeyValueHeads == 0, $"{Heads} query heads cannot share {KeyValueHeads} key/value heads evenly");
        Require(float.IsFinite(NormEpsilon) && NormEpsilon is >= 0 and < 1, $"the norm's epsilon is {NormEpsilon}");
        if (Family == ModelFamily.Llama)
        {
            Require(HeadDim % 2 == 0, $"the head size {HeadDim} is odd, so its rotary pairs do not come out even");
            Require(float.IsFinite(RopeBase) && RopeBase > 0, $"the rotary base is {RopeBase}");
        }
        else
        {
            Require(KeyValueHeads == Heads && Heads * HeadDim == Width, $"{Heads} heads of {HeadDim} do not make the width {Width}");
        }

        foreach (var token in EndTokens.Append(BosToken ?? 0))
        {
            Require(token >= 0 && token < Vocabulary, $"the special token {token} is outside the vocabulary of {Vocabulary}");
        }

        return this;

        void Require(bool holds, string cause)
        {
            if (!holds)
            {
                throw new ModelFormatException(file, cause);
            }
        }
    }
}
