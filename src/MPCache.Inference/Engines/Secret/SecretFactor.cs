using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>A secret that was opened under a mask.</summary>
internal sealed class SecretFactor(Masked masked) : Factor<Secret>
{
    public override Secret Value => masked.Secret;

    public Masked Masked => masked;
}
