namespace MPCache.BindingGenerator;

/// <summary>An argument of a kernel, its annotations understood.</summary>
public abstract record Argument(string Name, string Type);
