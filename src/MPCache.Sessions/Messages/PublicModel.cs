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
