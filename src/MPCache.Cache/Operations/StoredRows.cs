namespace MPCache.Cache;

/// <summary>Rows that outlive a step: for each head, up to a capacity of rows of one width, at public places.</summary>
/// <typeparam name="TRows">What is stored: tensors, or <see cref="Factor{T}"/>.</typeparam>
public abstract class StoredRows<TRows>
{
    /// <summary>Writes rows (heads x <paramref name="count"/> x width) from place <paramref name="at"/> on.</summary>
    public abstract void Write(TRows rows, int at, int count);

    /// <summary>A copy of <paramref name="count"/> rows: heads x count x width.</summary>
    public abstract TRows Read(int from, int count);

    /// <summary>Moves rows within each head; the runs may overlap.</summary>
    public abstract void Move(int from, int to, int count);
}
