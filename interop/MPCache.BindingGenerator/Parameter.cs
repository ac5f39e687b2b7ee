namespace MPCache.BindingGenerator;

/// <summary>A parameter as C has it, with the texts of its annotations.</summary>
public sealed record Parameter(string Name, string Type, IReadOnlyList<string> Notes);
