namespace MPCache.BindingGenerator;

/// <summary>A count or a distance, at least 0. <paramref name="LengthOf"/> names the buffer whose whole length it is, if any.</summary>
public sealed record Count(string Name, string Type, string? LengthOf) : Argument(Name, Type);
