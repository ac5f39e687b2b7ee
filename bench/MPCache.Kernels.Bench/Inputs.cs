namespace MPCache.Kernels.Bench;

/// <summary>Random inputs of all kernels, for so many elements.</summary>
internal sealed class Inputs(int elements)
{
    public ulong[] X { get; } = Words(8 * KernelBenchmarks.Width);

    public ulong[] A { get; } = Words(elements);

    public ulong[] B { get; } = Words(elements);

    public ulong[] C { get; } = Words(elements);

    public ulong[] D { get; } = Words(elements);

    public ulong[] Y { get; } = new ulong[elements];

    public ulong[] Low { get; } = [.. Words(elements).Select(w => w & 511)];

    public ulong[] Bits { get; } = Words(elements / 64);

    public ulong[] Wide { get; } = Words(elements * KernelBenchmarks.Width);

    public short[] Weights { get; } = [.. Words(elements * KernelBenchmarks.Width).Select(w => (short)w)];

    public float[] FloatWeights { get; } = [.. Words(elements * KernelBenchmarks.Width).Select(w => (float)(short)w)];

    public float[] FloatX { get; } = [.. Words(KernelBenchmarks.Width).Select(w => (float)(short)w)];

    public float[] FloatY { get; } = new float[elements];

    public byte[] Unit { get; } = Bytes(elements * 64);

    public byte[] Table { get; } = Bytes(KernelBenchmarks.Planes * 64);

    public byte[] Wire { get; } = Bytes(elements * 8);

    public byte[] Parities { get; } = new byte[32 * 16];

    public ulong[] OutPlanes { get; } = new ulong[32 * elements / 64];

    public ulong[] OutPlanes2 { get; } = new ulong[32 * elements / 64];

    public uint[] Groups { get; } = [.. Words(elements).Select(w => (uint)w)];

    private static ulong[] Words(int n)
    {
        ulong[] words = new ulong[n];
        new Random(n).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
        return words;
    }

    private static byte[] Bytes(int n)
    {
        byte[] bytes = new byte[n];
        new Random(n).NextBytes(bytes);
        return bytes;
    }
}
