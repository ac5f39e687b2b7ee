namespace MPCache.Cache;

/// <summary>
/// A tensor made ready for products, which are then local however often it takes part in one. On shares it was opened once under a mask (a
/// round,
/// ceil(ring/8) bytes an element each way); in the clear it is the tensor.
/// </summary>
public abstract class Factor<T>
{
    /// <summary>The tensor.</summary>
    public abstract T Value { get; }
}
