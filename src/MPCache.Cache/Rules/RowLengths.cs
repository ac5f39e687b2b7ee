namespace MPCache.Cache;

/// <summary>Lengths of rows, from what the engine's operations give.</summary>
internal static class RowLengths
{
    /// <summary>The length of each of <paramref name="count"/> rows of <paramref name="width"/> elements: a row times its direction.</summary>
    public static async ValueTask<T> Of<T>(ICacheOperations<T> operations, Factor<T> rows, int count, int width)
    {
        T directions = await operations.UnitRows(rows, width);
        return operations.Products(await operations.Ready(directions), rows, count, width);
    }
}
