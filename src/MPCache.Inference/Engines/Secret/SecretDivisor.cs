using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>Reciprocals that rows are divided by: opened in a narrow ring, known in a wide one.</summary>
internal sealed class SecretDivisor(Lifted lifted) : Factor<Secret>
{
    public override Secret Value => lifted.Secret;

    public Lifted Lifted => lifted;
}
