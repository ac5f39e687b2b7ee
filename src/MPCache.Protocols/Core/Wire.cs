namespace MPCache.Protocols;

/// <summary>Sizes on the wire.</summary>
public static class Wire
{
    /// <summary>Bytes of one word of Z_2^<paramref name="ring"/>: whole ones.</summary>
    public static int Bytes(int ring) => (ring + 7) / 8;
}
