using System.Runtime.InteropServices;

namespace MPCache.Kernels.Tests;

/// <summary>Inputs: random over the whole range, with the ends of the range and single bits mixed in.</summary>
internal sealed class Data(int seed)
{
    private readonly Random _random = new(seed);

    public ulong[] Words(long count)
    {
        ulong[] words = new ulong[count];
        _random.NextBytes(MemoryMarshal.AsBytes(words.AsSpan()));
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = _random.Next(8) switch
            {
                0 => 0,
                1 => ulong.MaxValue,
                2 => 1ul << _random.Next(64),
                _ => words[i],
            };
        }

        return words;
    }

    public byte[] Bytes(long count) => Of<byte>(count);

    public T[] Of<T>(long count)
        where T : unmanaged
    {
        T[] values = new T[count];
        _random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public int Int(int least, int most) => _random.Next(least, most + 1);

    public ulong Word() => Words(1)[0];
}
