namespace MPCache.BindingGenerator;

/// <summary>A number within bounds.</summary>
public sealed record Ranged(string Name, string Type, Expression Least, Expression Most) : Argument(Name, Type);
