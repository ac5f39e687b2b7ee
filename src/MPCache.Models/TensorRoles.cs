using static MPCache.Models.TensorRole;

namespace MPCache.Models;

/// <summary>Which tensors a model's features ask for, and which of them once a layer.</summary>
internal static class TensorRoles
{
    /// <summary>The roles of a model, in the order of <see cref="TensorRole"/>.</summary>
    public static IEnumerable<TensorRole> Of(ModelConfig config) => Enum.GetValues<TensorRole>().Where(role => role switch
    {
        PositionEmbedding => config.Rotary is null,
        AttentionNormBias or FeedForwardNormBias or OutputNormBias => config.NormBias,
        QueryBias or KeyBias or ValueBias => config.QueryKeyValueBias,
        QueryNorm or KeyNorm => config.QueryKeyNorm,
        AttentionOutputBias => config.AttentionOutputBias,
        AttentionPostNorm or FeedForwardPostNorm => config.PostNorms,
        Gate => config.Gated,
        UpBias or DownBias => config.FeedForwardBias,
        _ => true,
    });

    public static bool IsPerLayer(TensorRole role)
        => role is not (TokenEmbedding or PositionEmbedding or OutputNorm or OutputNormBias or Output);
}
