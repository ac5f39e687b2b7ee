namespace MPCache.BindingGenerator;

/// <summary>A matrix's shape, by the names of the arguments that say it.</summary>
public sealed record Rows(string Count, string Columns, string Stride);
