using System.Collections.Immutable;

namespace MPCache.Models;

/// <summary>Which roles a family has, and which of them once a layer.</summary>
internal static class TensorRoles
{
    private static readonly ImmutableArray<TensorRole> LlamaRoles =
    [
        TensorRole.TokenEmbedding,
        TensorRole.AttentionNorm, TensorRole.Query, TensorRole.Key, TensorRole.Value, TensorRole.AttentionOutput,
        TensorRole.FeedForwardNorm, TensorRole.Gate, TensorRole.Up, TensorRole.Down,
        TensorRole.OutputNorm, TensorRole.Output,
    ];

    private static readonly ImmutableArray<TensorRole> Gpt2Roles = [.. Enum.GetValues<TensorRole>().Where(r => r != TensorRole.Gate)];

    public static ImmutableArray<TensorRole> Of(ModelFamily family) => family == ModelFamily.Llama ? LlamaRoles : Gpt2Roles;

    public static bool IsPerLayer(TensorRole role) => role is not (TensorRole.TokenEmbedding or TensorRole.PositionEmbedding
        or TensorRole.OutputNorm or TensorRole.OutputNormBias or TensorRole.Output);
}
