using System.Globalization;

namespace MPCache.Cache;

/// <summary>
/// Which adjacent layers share one selection (paper, section 4.4): either groups of equal length, or a table of the layers at which a new
/// group begins, for a model whose layers were measured (bench/MPCache.Bench, similarity). The first layer of a group decides for all.
/// </summary>
public sealed class LayerGroups : IEquatable<LayerGroups>
{
    private readonly int[] _starts;

    private LayerGroups(int length, int[] starts) => (Length, _starts) = (length, starts);

    /// <summary>Layers in each group, or 0 where a table says it.</summary>
    public int Length { get; }

    /// <summary>Groups of <paramref name="length"/> adjacent layers; 1 shares nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is below 1.</exception>
    public static LayerGroups Of(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        return new LayerGroups(length, []);
    }

    /// <summary>Groups that begin at the layers named; the first group always begins at layer 0.</summary>
    /// <exception cref="ArgumentException">The table is empty, does not begin with 0 or does not ascend.</exception>
    public static LayerGroups StartingAt(params int[] starts)
    {
        if (starts.Length == 0 || starts[0] != 0 || starts.Zip(starts.Skip(1)).Any(p => p.First >= p.Second))
        {
            throw new ArgumentException($"The table '{string.Join(',', starts)}' must begin with layer 0 and ascend.", nameof(starts));
        }

        return new LayerGroups(0, [.. starts]);
    }

    /// <summary>
    /// The layer whose selection <paramref name="layer"/> uses: itself, or one before it. Layers below <paramref name="skipped"/> select
    /// nothing
    /// and share with none, so a group that begins among them begins at the first layer that selects.
    /// </summary>
    public int Leader(int layer, int skipped)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        if (layer < skipped)
        {
            return layer;
        }

        if (Length > 0)
        {
            return layer - (layer - skipped) % Length;
        }

        int at = Array.BinarySearch(_starts, layer);
        return Math.Max(skipped, _starts[at >= 0 ? at : ~at - 1]);
    }

    /// <summary>Reads a length such as <c>2</c>, or a table such as <c>0,2,5</c>.</summary>
    /// <exception cref="FormatException">The text is neither.</exception>
    public static LayerGroups Parse(string text)
    {
        var numbers = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                throw new FormatException($"'{text}' names no layers: write a group length such as 2, or the first layers of the groups "
                    + $"such as 0,2,5.");
            }

            numbers.Add(number);
        }

        try
        {
            return numbers.Count == 1 && numbers[0] > 0 ? Of(numbers[0]) : StartingAt([.. numbers]);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Length > 0 ? Length.ToString(CultureInfo.InvariantCulture) : string.Join(',', _starts);

    /// <inheritdoc/>
    public bool Equals(LayerGroups? other) => other is not null && Length == other.Length && _starts.AsSpan().SequenceEqual(other._starts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerGroups);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
