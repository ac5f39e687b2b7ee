using System.Security.Cryptography;

namespace MPCache.Sessions;

/// <summary>The seeds of one session, as the dealer alone knows them together: 16 bytes each. Wiped when it has served.</summary>
internal sealed record DealtSeeds(byte[] Client, byte[] Server, byte[] Coins) : IDisposable
{
    /// <summary>New ones.</summary>
    public static DealtSeeds Draw()
        => new(RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(16));

    /// <summary>Not the seeds: a record's own text would hold them.</summary>
    public override string ToString() => nameof(DealtSeeds);

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Client);
        CryptographicOperations.ZeroMemory(Server);
    }
}
