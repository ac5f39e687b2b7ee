namespace MPCache.BindingGenerator;

/// <summary>A structure with the compiler's layout.</summary>
public sealed record Structure(string Name, long Size, long Alignment, IReadOnlyList<Field> Fields);
