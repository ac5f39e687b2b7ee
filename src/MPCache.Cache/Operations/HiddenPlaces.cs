namespace MPCache.Cache;

/// <summary>
/// In each of some rows, <see cref="Kept"/> of <see cref="Candidates"/> places, known to the engine alone. In the clear they are index
/// sets. On shares they are
/// a secret permutation, and places that were opened in its shuffled order, where they say nothing; neither party knows which elements they
/// were.
/// </summary>
public abstract class HiddenPlaces(int rows, int candidates, int kept)
{
    /// <summary>Rows that were decided.</summary>
    public int Rows { get; } = rows;

    /// <summary>Places in a row.</summary>
    public int Candidates { get; } = candidates;

    /// <summary>Places that were chosen of a row.</summary>
    public int Kept { get; } = kept;

    /// <summary>The decisions that apply to a new row i what row <paramref name="rows"/>[i] decided.</summary>
    public abstract HiddenPlaces Of(int[] rows);
}
