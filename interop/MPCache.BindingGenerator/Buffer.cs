namespace MPCache.BindingGenerator;

/// <summary>A buffer of so many elements: <paramref name="Length"/>, or <paramref name="Rows"/>.</summary>
public sealed record Buffer(string Name, string Type, Direction Direction, Expression? Length, Rows? Rows) : Argument(Name, Type)
{
    /// <summary>The C type of an element.</summary>
    public string Element => Type.Replace("const ", "", StringComparison.Ordinal).TrimEnd('*').Trim();

    /// <summary>True where it may be one of the inputs of its type.</summary>
    public bool InPlace { get; init; }

    /// <summary>What every element is below.</summary>
    public Expression? Bound { get; init; }

    /// <summary>True where the bound is checked.</summary>
    public bool BoundIsChecked { get; init; }

    /// <summary>True where its values have been opened.</summary>
    public bool IsPublic { get; init; }

    /// <summary>True where its values are secret from the other party and addresses all the same.</summary>
    public bool IsOwnAddress { get; init; }

    /// <summary>The variables on which its length depends.</summary>
    public IEnumerable<string> Variables => Rows is { } rows ? [rows.Count, rows.Columns] : Length!.Variables;
}
