namespace MPCache.Models.Gguf;

/// <summary>A metadata array, left in the file until somebody needs it; its extent has been checked.</summary>
/// <param name="Element">Type of the elements; not an array.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Offset">Of the first element in the file.</param>
internal sealed record GgufArray(GgufValueType Element, long Count, long Offset);
