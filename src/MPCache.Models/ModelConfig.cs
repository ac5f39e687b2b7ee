using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>
/// The public sizes and features of a model: all that both parties know of it. No engine asks what family a model is of; a reader
/// (<c>Families/</c>) says what its architecture means in these terms.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>A name for people; not an identifier.</summary>
    public required string Name { get; init; }

    /// <summary>Number of transformer layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Length of the hidden state.</summary>
    public required int Width { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Number of key/value heads; divides <see cref="Heads"/>.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Length of a query, key or value of one head. Heads x head dim need not be the width.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Length of the hidden state inside the feed-forward part.</summary>
    public required int FeedForward { get; init; }

    /// <summary>Rows of the token embedding.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Most tokens that the model was made for.</summary>
    public required int ContextLength { get; init; }

    /// <summary>What each norm divides by; the norms of queries and keys always take the root mean square.</summary>
    public NormKind Norm { get; init; }

    /// <summary>The epsilon under the square root of every norm.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>Whether norms have a shift beside their scale.</summary>
    public bool NormBias { get; init; }

    /// <summary>Whether each head's query and key are normalised (root mean square, with weights) before they are rotated.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Whether what attention and the feed-forward part give is normalised before it is added (sandwich norms).</summary>
    public bool PostNorms { get; init; }

    /// <summary>Rotary positions; null where positions are learnt.</summary>
    public RotaryPositions? Rotary { get; init; }

    /// <summary>Layers that do not rotate (NoPE), ascending.</summary>
    public ImmutableArray<int> LayersWithoutRotary { get; init; } = [];

    /// <summary>Tokens that a sliding layer attends to, the present one among them; 0 where no layer slides.</summary>
    public int SlidingWindow { get; init; }

    /// <summary>Layers that attend within <see cref="SlidingWindow"/> only, ascending.</summary>
    public ImmutableArray<int> SlidingLayers { get; init; } = [];

    /// <summary>What scores are multiplied by; null for 1 / sqrt(head dim).</summary>
    public float? AttentionScale { get; init; }

    /// <summary>Whether queries, keys and values have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the projection of the attended values has a bias.</summary>
    public bool AttentionOutputBias { get; init; }

    /// <summary>Whether the feed-forward part multiplies its activation by a second projection.</summary>
    public bool Gated { get; init; } = true;

    /// <summary>The feed-forward part's activation.</summary>
    public ActivationKind Activation { get; init; }

    /// <summary>Whether the feed-forward projections have biases; of models without a gate.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>What the token embedding is multiplied by before the first layer; the output is not.</summary>
    public float EmbeddingScale { get; init; } = 1;

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
    public long Parameters => TensorRoles.Of(this).Where(r => r != TensorRole.Output || !TiedOutput).Sum(role =>
    {
        (int rows, int columns) = ShapeOf(role);
        return (long)rows * columns * (TensorRoles.IsPerLayer(role) ? Layers : 1);
    });

    /// <summary>Sizes of a published model, for planning without its weights; null for a name that is not in
    /// <see cref="KnownNames"/>.</summary>
    /// <param name="name">In any case.</param>
    public static ModelConfig? Known(string name) => KnownModels.Find(name);

    /// <summary>Whether a layer rotates queries and keys.</summary>
    public bool Rotates(int layer) => Rotary is not null && LayersWithoutRotary.BinarySearch(layer) < 0;

    /// <summary>Tokens that a layer attends to at most, the present one among them; null for all.</summary>
    public int? WindowOf(int layer) => SlidingLayers.BinarySearch(layer) >= 0 ? SlidingWindow : null;

    /// <summary>Shape of a tensor as <see cref="ModelFile.Read"/> returns it: output rows x input columns; a vector of n is (n,
    /// 1).</summary>
    public (int Rows, int Columns) ShapeOf(TensorRole role) => role switch
    {
        TensorRole.TokenEmbedding or TensorRole.Output => (Vocabulary, Width),
        TensorRole.PositionEmbedding => (ContextLength, Width),
        TensorRole.Query => (Heads * HeadDim, Width),
        TensorRole.QueryBias => (Heads * HeadDim, 1),
        TensorRole.Key or TensorRole.Value => (KeyValueHeads * HeadDim, Width),
        TensorRole.KeyBias or TensorRole.ValueBias => (KeyValueHeads * HeadDim, 1),
        TensorRole.QueryNorm or TensorRole.KeyNorm => (HeadDim, 1),
        TensorRole.AttentionOutput => (Width, Heads * HeadDim),
        TensorRole.Gate or TensorRole.Up => (FeedForward, Width),
        TensorRole.UpBias => (FeedForward, 1),
        TensorRole.Down => (Width, FeedForward),
        _ => (Width, 1),
    };

    /// <summary>Refuses sizes and features that no supported model has, before anything is multiplied, allocated or looped over.</summary>
    /// <param name="source">Path of the file, or who sent the record: named in errors.</param>
    /// <returns>This very config.</returns>
    /// <exception cref="ModelFormatException">A value is absent or out of range, or two do not fit.</exception>
    public ModelConfig Checked(string source)
    {
        ModelConfigCheck.Run(this, source);
        return this;
    }
}
