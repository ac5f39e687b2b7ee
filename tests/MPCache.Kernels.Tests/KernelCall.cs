namespace MPCache.Kernels.Tests;

/// <summary>
/// A call of a kernel with buffers of its own; the calls of all kernels are generated from the header, for tests and benchmarks alike.
/// </summary>
internal abstract class KernelCall
{
    /// <summary>Outputs hold so many elements more than the kernel may write, so that what lies past the end is compared too.</summary>
    protected const int Guard = 3;

    /// <summary>Bytes that the call reads and writes, as the header states its buffers.</summary>
    public long Traffic { get; protected init; }

    /// <summary>What it writes.</summary>
    public abstract IReadOnlyList<Array> Outputs { get; }

    /// <summary>Runs it, on the set in use.</summary>
    public abstract void Run();

    /// <summary>Elements of a matrix whose rows lie apart.</summary>
    protected static long Extent(int rows, int columns, int stride) =>
        rows == 0 || columns == 0 ? 0 : ((long)(rows - 1) * stride) + columns;
}
