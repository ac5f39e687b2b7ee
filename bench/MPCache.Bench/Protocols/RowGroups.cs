namespace MPCache.Bench;

/// <summary>The rows of one run, found alike in every process from the same arguments.</summary>
/// <param name="Rows">Groups; rows of a group run by turns.</param>
/// <param name="Arguments">The options of <c>party</c> that name them.</param>
internal sealed record RowGroups(IReadOnlyList<ProtocolRow[]> Rows, string[] Arguments)
{
    /// <summary>The protocols of these names, or all; each row alone.</summary>
    /// <exception cref="ArgumentException">There is no such protocol.</exception>
    public static RowGroups OfProtocols(IReadOnlyList<string> only)
    {
        ProtocolRow[] all = [.. ProtocolRows.All()];
        if (only.FirstOrDefault(name => all.All(row => row.Name != name)) is { } wrong)
        {
            throw new ArgumentException($"--only takes {string.Join(", ", all.Select(r => r.Name).Distinct())}; not \"{wrong}\".");
        }

        ProtocolRow[] rows = only.Count == 0 ? all : [.. all.Where(row => only.Contains(row.Name))];
        return new RowGroups([.. rows.Select(row => new[] { row })], only.Count == 0 ? [] : ["--only", string.Join(',', only)]);
    }

    /// <summary>Layers, by turns.</summary>
    public static RowGroups OfLayers(IReadOnlyList<string> names)
        => new([[.. names.Select(LayerRow.OfName)]], [.. names.SelectMany(n => new[] { "--layer", n })]);
}
