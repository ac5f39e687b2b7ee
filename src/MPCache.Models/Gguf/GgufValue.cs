namespace MPCache.Models.Gguf;

/// <summary>Types of metadata values, with GGUF's numbers.</summary>
internal enum GgufValueType : uint
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
    UInt64 = 10,
    Int64 = 11,
    Float64 = 12,
}

/// <summary>A metadata array, left in the file until somebody needs it; its extent has been checked.</summary>
/// <param name="Element">Type of the elements; not an array.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Offset">Of the first element in the file.</param>
internal sealed record GgufArray(GgufValueType Element, long Count, long Offset);
