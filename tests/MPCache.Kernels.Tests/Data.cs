using System.Numerics;
using System.Runtime.InteropServices;

namespace MPCache.Kernels.Tests;

/// <summary>Inputs: random over the whole range, its ends and single bits mixed in. The same seed gives the same inputs.</summary>
internal sealed class Data(int seed)
{
    private readonly Random _random = new(seed);

    public ulong[] Words(long count) => Of<ulong>(count);

    public byte[] Bytes(long count) => Of<byte>(count);

    public T[] Of<T>(long count)
        where T : unmanaged, IBinaryInteger<T>
    {
        T[] values = new T[count];
        _random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _random.Next(8) switch
            {
                0 => T.Zero,
                1 => T.AllBitsSet,
                2 => T.One << _random.Next(T.Zero.GetByteCount() * 8),
                _ => values[i],
            };
        }

        return values;
    }

    /// <summary>Values below a bound.</summary>
    public T[] Below<T>(long count, long bound)
        where T : unmanaged, IBinaryInteger<T> =>
        [.. Of<T>(count).Select(value => T.CreateTruncating(ulong.CreateTruncating(value) % (ulong)bound))];

    public int Int(int least, int most) => _random.Next(least, most + 1);

    public ulong Word() => Words(1)[0];

    /// <summary>The values of a range to try: all of a short one, else its ends, their neighbours and two between.</summary>
    public T[] Values<T>(long least, long most)
        where T : INumber<T>
    {
        IEnumerable<long> values = most - least < KernelCases.Whole
            ? Enumerable.Range(0, (int)(most - least) + 1).Select(i => least + i)
            : [least, least + 1, least + ((most - least) / 2), _random.NextInt64(least, most + 1), most - 1, most];
        return [.. values.Select(T.CreateChecked)];
    }
}
