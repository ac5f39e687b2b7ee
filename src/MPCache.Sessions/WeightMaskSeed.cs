using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MPCache.Inference;

namespace MPCache.Sessions;

/// <summary>
/// The seed of the mask B under which clients hold the weights. A server keeps one secret a model; the seed is derived from it and from a
/// hash of everything that
/// F = W - B depends on, so that two different W never stand under the same B (their difference would show).
/// </summary>
public sealed class WeightMaskSeed
{
    private const int SecretBytes = 32;

    private readonly byte[] _seed;

    private WeightMaskSeed(byte[] seed, ModelLayout layout) => (_seed, Id) = (seed, IdOf(seed, layout));

    /// <summary>The mask's public name.</summary>
    public string Id { get; }

    /// <summary>A copy of the seed, 16 bytes, for who may know it: the dealer.</summary>
    public byte[] Copy() => [.. _seed];

    /// <summary>
    /// The mask's public name: SHA-256 of the seed and of the layout that it fills, in hexadecimal. The dealer computes it by itself, so a
    /// name that was claimed but whose
    /// seed is not known opens nothing.
    /// </summary>
    public static string IdOf(ReadOnlySpan<byte> seed, ModelLayout layout)
        => Convert.ToHexString(SHA256.HashData([.. "mpcache mask 2"u8, .. seed, .. layout.Description()]));

    /// <summary>Derives a seed from a server's secret, 32 bytes, and from what F depends on.</summary>
    public static WeightMaskSeed Derive(ReadOnlySpan<byte> secret, ModelLayout layout, FixedPointPlan plan, PlainModelWeights weights)
    {
        using IncrementalHash hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hash.AppendData("mpcache seed of B"u8);
        hash.AppendData(layout.Description());
        hash.AppendData(Message.Canonical(plan));
        foreach (((int layer, LinearSite site), _) in layout.Matrices)
        {
            hash.AppendData(MemoryMarshal.AsBytes(weights.Linear(layer, site).Plain));
        }

        hash.AppendData(MemoryMarshal.AsBytes(weights.Embedding.Table));
        return new WeightMaskSeed(hash.GetHashAndReset()[..16], layout);
    }

    /// <summary>
    /// The secret kept for a model in <paramref name="folder"/>, made where there is none. The file is the user's alone and appears whole
    /// or not at all.
    /// </summary>
    /// <param name="folder">The server's own.</param>
    /// <param name="sha256">The model's hash, as the server computed it.</param>
    /// <param name="warn">Told when the secret cannot be kept: clients will have to fetch F again after a restart.</param>
    public static byte[] Secret(string folder, string sha256, Action<string>? warn)
    {
        string path = Path.Combine(folder, $"{sha256[..16]}.mask-secret");
        try
        {
            return PrivateFile.Secret(path, SecretBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            warn?.Invoke($"the secret of the weights' mask cannot be kept: {e.Message} Clients will fetch the masked weights "
                + $"again after a restart.");
            return RandomNumberGenerator.GetBytes(SecretBytes);
        }
    }
}
