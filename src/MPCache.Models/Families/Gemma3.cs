namespace MPCache.Models.Families;

/// <summary>
/// Gemma 3's text models: sandwich norms, norms of queries and keys, a gate of GELU, a scaled embedding, and five sliding layers to each
/// full one, with
/// a rotary base of their own.
/// </summary>
internal sealed class Gemma3 : ModelFamily
{
    private const int LayersOf27B = 62;

    public override string GgufName => "gemma3";

    public override string HuggingFaceName => "gemma3_text";

    public override ActivationKind Activation => ActivationKind.GeluTanh;

    protected override bool HuggingFaceNormsLessOne => true;

    public override bool Slides(int layer, int period) => base.Slides(layer, period == 0 ? 6 : period);

    public override ModelConfig Features(ModelConfig shape) => shape with
    {
        QueryKeyNorm = true,
        PostNorms = true,
        EmbeddingScale = MathF.Sqrt(shape.Width),

        // The largest is the only one whose scale is not its head's; config.json says so, a GGUF does not.
        AttentionScale = shape.AttentionScale ?? (shape.Layers == LayersOf27B && shape.Heads > 0
            ? 1 / MathF.Sqrt((float)shape.Width / shape.Heads) : null),
        Rotary = shape.SlidingLayers.IsEmpty ? shape.Rotary : shape.Rotary! with { LocalBase = shape.Rotary.LocalBase ?? 10_000 },
    };
}
