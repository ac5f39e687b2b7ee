namespace MPCache.Models.Storage;

/// <summary>How a tensor's numbers lie in a file. The quantised types are ggml's blocks.</summary>
internal enum StorageType
{
    F32,
    F16,
    BF16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q4_K,
    Q5_K,
    Q6_K,

    /// <summary>A type that may be present but cannot be read (for example an integer mask buffer of a safetensors file).</summary>
    Opaque,
}
