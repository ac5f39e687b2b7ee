namespace MPCache.BindingGenerator;

/// <summary>A parameter as C has it, with the texts of its annotations.</summary>
public sealed record Parameter(string Name, string Type, IReadOnlyList<string> Notes);

/// <summary>A function as C has it, with its comment and the texts of its annotations.</summary>
public sealed record Function(
    string Name, string ReturnType, string Comment, IReadOnlyList<string> Notes, IReadOnlyList<Parameter> Parameters);

/// <summary>A named value: of an enumeration, or of a macro.</summary>
public sealed record Constant(string Name, long Value);

/// <summary>An enumeration.</summary>
public sealed record Enumeration(string Name, IReadOnlyList<Constant> Values);

/// <summary>A member of a structure; <paramref name="Count"/> is 0 unless it is an array.</summary>
public sealed record Field(string Name, string Type, int Count, long Offset);

/// <summary>A structure with the compiler's layout.</summary>
public sealed record Structure(string Name, long Size, long Alignment, IReadOnlyList<Field> Fields);

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
