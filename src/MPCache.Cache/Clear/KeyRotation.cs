namespace MPCache.Cache;

/// <summary>Rotates one key of a layer, in place, as if it stood <paramref name="by"/> positions further on in the text.</summary>
public delegate void KeyRotation(int layer, Span<float> key, int by);
