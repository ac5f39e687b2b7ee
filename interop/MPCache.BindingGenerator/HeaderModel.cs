namespace MPCache.BindingGenerator;

/// <summary>All that is taken from the header.</summary>
public sealed record HeaderModel(
    IReadOnlyList<Function> Functions,
    IReadOnlyList<Enumeration> Enumerations,
    IReadOnlyList<Structure> Structures,
    IReadOnlyList<Constant> Constants)
{
    /// <summary>The functions that are kernels, with their annotations understood.</summary>
    public IReadOnlyList<Kernel> Kernels { get; } =
        [.. Functions.Where(f => f.Notes.Any(note => note.StartsWith("kernel ", StringComparison.Ordinal))).Select(f => new Kernel(f))];
}
