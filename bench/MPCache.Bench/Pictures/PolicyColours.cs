using System.Text;
using ScottPlot;

namespace MPCache.Bench;

/// <summary>A policy's colour, the same in every picture.</summary>
internal static class PolicyColours
{
    private const uint FnvBasis = 2166136261, FnvPrime = 16777619; // FNV-1a, 32 bits

    // From Okabe and Ito's palette as far as it goes, so that the main ones are told apart without seeing red and green.
    private static readonly Dictionary<string, string> s_known = new()
    {
        ["full"] = "#4D4D4D",
        ["window"] = "#E69F00",
        ["static"] = "#56B4E9",
        ["dynamic-token"] = "#CC79A7",
        ["dynamic-linear"] = "#8C6D31",
        ["dynamic-hierarchy"] = "#009E73",
        ["dynamic-shared"] = "#7570B3",
        ["mpcache"] = "#0072B2",
        ["mpcache+"] = "#D55E00",
    };

    /// <summary>
    /// The colour of a policy given by its name, with or without options. A name that is not in the table always gets the same colour too:
    /// its hue is a hash.
    /// </summary>
    public static Color Of(string policy)
    {
        string name = NameOf(policy);
        return s_known.TryGetValue(name, out string? known) ? Color.FromHex(known) : Color.FromHSL(Hash(name) % 360 / 360f, 0.55f, 0.45f);
    }

    /// <summary>The name alone of a policy given with its options.</summary>
    public static string NameOf(string policy) => policy.Split(' ')[0];

    private static uint Hash(string name) => Encoding.UTF8.GetBytes(name).Aggregate(FnvBasis, (hash, b) => (hash ^ b) * FnvPrime);
}
