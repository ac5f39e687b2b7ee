namespace MPCache.BindingGenerator;

/// <summary>A parameter as C has it.</summary>
public sealed record Parameter(string Name, string Type);

/// <summary>A function as C has it.</summary>
public sealed record Function(string Name, string ReturnType, IReadOnlyList<Parameter> Parameters);

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
    IReadOnlyList<Constant> Constants);
