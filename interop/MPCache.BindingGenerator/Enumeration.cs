namespace MPCache.BindingGenerator;

/// <summary>An enumeration.</summary>
public sealed record Enumeration(string Name, IReadOnlyList<Constant> Values);
