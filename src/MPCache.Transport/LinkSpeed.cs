using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MPCache.Transport;

/// <summary>A network link: its round trip, half of which each message takes on its way, and its bandwidth in each direction.</summary>
/// <param name="RoundTripMs">Milliseconds there and back.</param>
/// <param name="MegabitsPerSecond">Bandwidth of each direction.</param>
/// <param name="Dealer">The links to the dealer are like this too.</param>
public sealed partial record LinkSpeed(double RoundTripMs, double MegabitsPerSecond, bool Dealer = false)
{
    /// <summary>What <see cref="Parse"/> takes, in words.</summary>
    public const string Syntax = "lan (1 ms, 1 Gb/s), wan (40 ms, 100 Mb/s), or round trip in ms and Mb/s: 5,500 or 5ms:500Mbps";

    /// <summary>Reads lan, wan, <c>5,500</c> or <c>5ms:500Mbps</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out LinkSpeed? link)
    {
        link = text switch
        {
            "lan" => new LinkSpeed(1, 1000),
            "wan" => new LinkSpeed(40, 100),
            _ => Numbers().Match(text) is { Success: true } m && Number(m, 1) is { } trip && Number(m, 2) is > 0 and { } rate
                ? new LinkSpeed(trip, rate, m.Groups[3].Success)
                : null,
        };
        return link is not null;
    }

    /// <summary>Reads what an option says.</summary>
    /// <exception cref="ArgumentException">It is no link; the message says what is.</exception>
    public static LinkSpeed Parse(string text, string option)
        => TryParse(text, out LinkSpeed? link) ? link : throw new ArgumentException($"{option} takes {Syntax}; not \"{text}\".");

    /// <summary>What <see cref="TryParse"/> reads back.</summary>
    public override string ToString()
        => string.Create(CultureInfo.InvariantCulture, $"{RoundTripMs:R},{MegabitsPerSecond:R}{(Dealer ? ",dealer" : "")}");

    private static double? Number(Match match, int group) =>
        double.TryParse(match.Groups[group].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            && value <= 1e6 ? value : null;

    [GeneratedRegex(@"^([0-9.]+)(?:ms)?[,:]([0-9.]+)(?:Mbps)?(,dealer)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
