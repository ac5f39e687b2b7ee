using MPCache.Kernels;

namespace MPCache.Sessions;

/// <summary>What a party expands in a session: its own seed, and the public coins. Wiped when it has served.</summary>
internal sealed record SessionKeys(AesKey Seed, AesKey Coins) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Seed.Dispose();
        Coins.Dispose();
    }
}
