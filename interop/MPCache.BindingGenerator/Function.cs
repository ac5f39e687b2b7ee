namespace MPCache.BindingGenerator;

/// <summary>A function as C has it, with its comment and the texts of its annotations.</summary>
public sealed record Function(
    string Name, string ReturnType, string Comment, IReadOnlyList<string> Notes, IReadOnlyList<Parameter> Parameters);
