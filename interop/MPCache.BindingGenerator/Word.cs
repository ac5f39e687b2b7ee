namespace MPCache.BindingGenerator;

/// <summary>A word of which every value will do.</summary>
public sealed record Word(string Name, string Type, bool IsPublic) : Argument(Name, Type);
