namespace MPCache.Models;

/// <summary>The two transformer shapes that MPCache runs.</summary>
public enum ModelFamily
{
    /// <summary>RMSNorm, rotary positions, grouped-query attention, SwiGLU, no biases.</summary>
    Llama,

    /// <summary>LayerNorm with biases, learnt positions, as many key/value heads as query heads, GELU (tanh form), biases everywhere.</summary>
    Gpt2,
}
