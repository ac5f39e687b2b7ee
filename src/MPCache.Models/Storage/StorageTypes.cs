namespace MPCache.Models.Storage;

/// <summary>Sizes of the storage types.</summary>
internal static class StorageTypes
{
    /// <summary>Numbers in a block, and bytes that a block takes.</summary>
    public static (int Elements, int Bytes) Block(StorageType type) => type switch
    {
        StorageType.F32 => (1, 4),
        StorageType.F16 or StorageType.BF16 => (1, 2),
        StorageType.Q4_0 => (32, 18),
        StorageType.Q4_1 => (32, 20),
        StorageType.Q5_0 => (32, 22),
        StorageType.Q5_1 => (32, 24),
        StorageType.Q8_0 => (32, 34),
        StorageType.Q4_K => (256, 144),
        StorageType.Q5_K => (256, 176),
        StorageType.Q6_K => (256, 210),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no block"),
    };

    /// <summary>The storage type for ggml's number of it; null for the ones that are not supported.</summary>
    public static StorageType? FromGgml(uint type) => type switch
    {
        0 => StorageType.F32,
        1 => StorageType.F16,
        2 => StorageType.Q4_0,
        3 => StorageType.Q4_1,
        6 => StorageType.Q5_0,
        7 => StorageType.Q5_1,
        8 => StorageType.Q8_0,
        12 => StorageType.Q4_K,
        13 => StorageType.Q5_K,
        14 => StorageType.Q6_K,
        30 => StorageType.BF16,
        _ => null,
    };
}
