using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>A random matrix as each role of the benchmark holds it: W at the server, W - B at the client, B at the dealer.</summary>
internal sealed class BenchWeights : IWeights
{
    private readonly short[] _plain = [];
    private readonly ulong[] _masked = [];

    public BenchWeights(Role role, int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        short[] plain = Draw(rows, columns);
        if (role is Role.Server)
        {
            _plain = plain;
            return;
        }

        _masked = new ulong[plain.Length];
        Kernels.Kernel.PrgFill(BenchKeys.Of(6), 0, 0, _masked);
        if (role is Role.Client)
        {
            for (int i = 0; i < plain.Length; i++)
            {
                _masked[i] = (ulong)plain[i] - _masked[i];
            }
        }
    }

    /// <inheritdoc/>
    public int Rows { get; }

    /// <inheritdoc/>
    public int Columns { get; }

    /// <inheritdoc/>
    public int Frac => 12;

    /// <inheritdoc/>
    public ReadOnlySpan<short> Plain => _plain;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Masked => _masked;

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> BiasFor(int xFrac) => default;

    /// <summary>The matrix, the same in every process.</summary>
    public static short[] Draw(int rows, int columns)
    {
        var random = new Random(12);
        short[] plain = new short[rows * columns];
        foreach (ref short w in plain.AsSpan())
        {
            w = (short)random.Next(short.MinValue, short.MaxValue + 1);
        }

        return plain;
    }
}
