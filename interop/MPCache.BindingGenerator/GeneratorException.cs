namespace MPCache.BindingGenerator;

/// <summary>A failure whose message is all that its reader needs.</summary>
public sealed class GeneratorException(string message) : Exception(message);
