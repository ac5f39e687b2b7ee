namespace MPCache.Models;

/// <summary>The feed-forward part's activation.</summary>
public enum ActivationKind
{
    /// <summary>x / (1 + e^-x).</summary>
    Silu,

    /// <summary>GELU in its tanh form.</summary>
    GeluTanh,

    /// <summary>x times the normal distribution function: GELU itself.</summary>
    Gelu,
}
