using System.Globalization;

namespace MPCache.Cache;

/// <summary>
/// One level of the cluster hierarchy: runs of <paramref name="Size"/> adjacent tokens, of which the share <paramref name="Ratio"/>
/// survives (paper, section 4.3).
/// </summary>
/// <param name="Size">Tokens in a cluster, at least 1.</param>
/// <param name="Ratio">Share of all clusters of this level that the ranking keeps, above 0 and at most 1; the kept number is rounded
/// down.</param>
public readonly record struct ClusterLevel(int Size, double Ratio)
{
    /// <summary>Clusters that <paramref name="tokens"/> tokens make; the last one may be incomplete.</summary>
    public int Clusters(int tokens) => (tokens + Size - 1) / Size;

    /// <summary>Clusters that the ranking keeps out of all those of this level, rounded down as in the reference code.</summary>
    public int Kept(int tokens) => (int)(Clusters(tokens) * Ratio);

    /// <summary>Reads <c>size:ratio</c>, such as <c>32:0.5</c>.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static ClusterLevel Parse(string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            && double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double ratio))
        {
            return new ClusterLevel(size, ratio);
        }

        throw new FormatException($"'{text}' is not a cluster level: write size:ratio, such as 32:0.5.");
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Size}:{Ratio}");
}
