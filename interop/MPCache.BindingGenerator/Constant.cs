namespace MPCache.BindingGenerator;

/// <summary>A named value: of an enumeration, or of a macro.</summary>
public sealed record Constant(string Name, long Value);
