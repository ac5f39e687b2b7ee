using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Sessions;

/// <summary>What everybody may know of the server's model.</summary>
public sealed record PublicModel
{
    /// <summary>SHA-256 of the model's file or weights, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Features and sizes.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>Rings and fractional bits.</summary>
    public required FixedPointPlan Plan { get; init; }

    /// <summary>Names the mask B under which F was made; see <see cref="WeightMaskSeed.IdOf"/>.</summary>
    public required string MaskId { get; init; }

    /// <summary>Refuses what no honest server says, before anything is computed, allocated or opened by it.</summary>
    /// <exception cref="ArgumentException">With the field and its value.</exception>
    public void Check()
    {
        Hex.Check(Sha256, 32, "model hash");
        Hex.Check(MaskId, 32, "mask's name");
        if (Config.Name.Length is 0 or > 200 || Config.Name.Any(char.IsControl))
        {
            throw new ArgumentException("the model's name is empty, too long or holds control characters");
        }

        try
        {
            Config.Checked("the announced model");
        }
        catch (ModelFormatException e)
        {
            throw new ArgumentException(e.Message, e);
        }

        _ = (Plan ?? throw new ArgumentException("the fixed-point plan is missing")).Checked(Config);
    }
}

/// <summary>Client to server.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="HasMaskedWeights">Whether it holds F for this model and mask.</param>
public sealed record ClientHello(GenerationRequest Request, bool HasMaskedWeights);

/// <summary>Client to dealer.</summary>
/// <param name="Request">What it asks for.</param>
/// <param name="Commitment">See <see cref="Conversation.Commitment"/>.</param>
public sealed record DealerRequest(GenerationRequest Request, string Commitment);

/// <summary>Dealer to a party. Bytes, not text, so that they can be wiped.</summary>
/// <param name="Seed">The party's seed, 16 bytes.</param>
/// <param name="Coins">The session's public coins, 16 bytes.</param>
public sealed record PartySeed(byte[] Seed, byte[] Coins)
{
    internal void Check()
    {
        if (Seed.Length != 16 || Coins.Length != 16)
        {
            throw new ArgumentException("seed and coins have 16 bytes each");
        }
    }

    /// <summary>The two keys that they stand for; the seed itself is wiped.</summary>
    internal (AesKey Seed, AesKey Coins) TakeKeys()
    {
        var keys = (new AesKey(Seed), new AesKey(Coins));
        CryptographicOperations.ZeroMemory(Seed);
        return keys;
    }

    /// <summary>Not the seed: a record's own text would hold it.</summary>
    public override string ToString() => nameof(PartySeed);
}

/// <summary>Server to dealer.</summary>
/// <param name="Model">What it told the client.</param>
/// <param name="MaskSeed">The seed of B, 16 bytes; see <see cref="WeightMaskSeed"/>.</param>
/// <param name="Commitment">See <see cref="Conversation.Commitment"/>.</param>
public sealed record DealerModel(PublicModel Model, byte[] MaskSeed, string Commitment)
{
    internal void Check()
    {
        Model.Check();
        if (MaskSeed.Length != 16)
        {
            throw new ArgumentException("the seed of B has 16 bytes");
        }
    }

    /// <summary>Not the seed: a record's own text would hold it.</summary>
    public override string ToString() => nameof(DealerModel);
}

/// <summary>Server to client: the request is granted.</summary>
public sealed record Granted;

/// <summary>Client to server after each token, and to the dealer at the end.</summary>
/// <param name="More">Whether another token is wanted.</param>
public sealed record NextStep(bool More);

/// <summary>What a process tells the client about its run when it is over.</summary>
public sealed record ProcessReport
{
    /// <summary>Corrections received in set-up and in each step, bytes.</summary>
    public long[] Dealt { get; init; } = [];

    /// <summary>Corrections received in all, bytes, by kind of correlation.</summary>
    public Dictionary<string, long> DealtByKind { get; init; } = [];

    /// <summary>Largest resident memory, MB.</summary>
    public double PeakMemoryMb { get; init; }

    /// <summary>CPU time, seconds.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>What the decoded tokens took of it, and where the process's time went.</summary>
    public DecodeShare Decode { get; init; } = new(0, 0, 0, 0);
}

/// <summary>Hexadecimal text of a fixed length.</summary>
internal static class Hex
{
    public static void Check(string text, int bytes, string what)
    {
        if (text.Length != 2 * bytes || !text.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"the {what} is not {2 * bytes} hexadecimal digits");
        }
    }
}
