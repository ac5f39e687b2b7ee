namespace MPCache.BindingGenerator;

/// <summary>What becomes of a buffer.</summary>
public enum Direction
{
    /// <summary>Read.</summary>
    In,

    /// <summary>Overwritten.</summary>
    Out,

    /// <summary>Read and written.</summary>
    InOut,
}
