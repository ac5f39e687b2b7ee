namespace MPCache.BindingGenerator;

/// <summary>A member of a structure; <paramref name="Count"/> is 0 unless it is an array.</summary>
public sealed record Field(string Name, string Type, int Count, long Offset);
