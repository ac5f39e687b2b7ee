using MPCache.Kernels.Tests;

namespace MPCache.Kernels.Bench;

/// <summary>What bounds a kernel beside memory.</summary>
internal enum Work
{
    /// <summary>Nothing: memory alone.</summary>
    Bytes,

    /// <summary>Multiplications of 64-bit words, each with an addition.</summary>
    Products,

    /// <summary>Multiplications of 64-bit words by 16-bit weights, each with an addition.</summary>
    Narrow,

    /// <summary>Blocks of AES.</summary>
    Blocks,
}
