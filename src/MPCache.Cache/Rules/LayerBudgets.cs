using System.Globalization;

namespace MPCache.Cache;

/// <summary>
/// How many prompt tokens eviction keeps in each layer, for a model whose layers were measured: the few that look facts up need more than
/// the
/// others. Public, since it is the same for every prompt. Written as <c>64,32x4,192</c>: 64 in the first layer, 32 in the four after it,
/// 192 in
/// the next and all further ones.
/// </summary>
public sealed class LayerBudgets : IEquatable<LayerBudgets>
{
    private readonly int[] _budgets;
    private readonly string _text;

    private LayerBudgets(int[] budgets, string text) => (_budgets, _text) = (budgets, text);

    /// <summary>Tokens that <paramref name="layer"/> keeps.</summary>
    public int Of(int layer) => _budgets[Math.Min(layer, _budgets.Length - 1)];

    /// <summary>Reads numbers separated by commas, each with how many layers it holds for behind an x if more than one.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static LayerBudgets Parse(string text)
    {
        var budgets = new List<int>();
        foreach (string run in text.Split(','))
        {
            string[] parts = run.Split('x');
            int layers = 1;
            if (parts.Length > 2
                || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int budget) || budget < 1
                || (parts.Length == 2
                    && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out layers) || layers is < 1 or > 10_000)))
            {
                throw new FormatException($"'{text}' says no tokens for layers: write how many each layer keeps, such as 64,32x4,192.");
            }

            budgets.AddRange(Enumerable.Repeat(budget, layers));
        }

        return new LayerBudgets([.. budgets], text);
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => _text;

    /// <inheritdoc/>
    public bool Equals(LayerBudgets? other) => other is not null && _budgets.AsSpan().SequenceEqual(other._budgets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerBudgets);

    /// <inheritdoc/>
    public override int GetHashCode() => _budgets.Aggregate(17, HashCode.Combine);
}
