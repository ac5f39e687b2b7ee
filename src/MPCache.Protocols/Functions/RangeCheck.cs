using System.Runtime.InteropServices;
using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// Whether any number left its range since the last time that was asked: one bit, for the client alone.
/// </summary>
/// <remarks>
/// Protocols that cut a number into unit vectors have, beside what they need, the XOR-shared bit "this lies where nothing ought to lie", by
/// a local look-up. Such flags are
/// not kept: 32 parities over random public subsets of them are, which XOR makes local too. A subset of flags of which any is set has an
/// odd number of set ones with
/// probability 1/2, so all 32 parities miss a departure with probability 2^-32, and none says that there is one where there is none. The
/// parities are ORed under MPC
/// and the result is opened to the client.
/// </remarks>
public sealed class RangeCheck
{
    private const int Parities = 32;

    private readonly Mpc _mpc;
    private uint _share; // this party's share of the parities

    internal RangeCheck(Mpc mpc) => _mpc = mpc;

    /// <summary>Takes <paramref name="n"/> packed XOR-shared flags into the parities: local.</summary>
    public void Add(Words flags, int n)
    {
        ulong nonce = _mpc.CoinsDrawn++;
        if (!_mpc.Computes)
        {
            return;
        }

        Arena.Mark mark = _mpc.Arena.Top;
        Words words = _mpc.Take((n + 1) / 2);
        Kernel.PrgFill(_mpc.Coins, nonce, 0, words.Span);
        ReadOnlySpan<uint> coins = MemoryMarshal.Cast<ulong, uint>(words.Span);
        ReadOnlySpan<ulong> bits = flags.Span;
        uint sum = 0;
        for (int i = 0; i < n; i++)
        {
            sum ^= coins[i] & (0u - (uint)((bits[i >> 6] >> i) & 1));
        }

        _share ^= sum;
        _mpc.Arena.Release(mark);
    }

    /// <summary>
    /// 1 where a flag was set since the last call, else 0: a secret in Z_2. Three rounds of 336 bytes each way together, whatever was
    /// gathered; 1,224 bytes dealt.
    /// </summary>
    public async ValueTask<Secret> Close()
    {
        Words none = _mpc.Zeros(Parities);
        for (int i = 0; _mpc.Computes && i < Parities; i++)
        {
            none.Span[i] = (_share >> i) & 1;
        }

        _share = 0;
        if (_mpc.Computes)
        {
            _mpc.Flip(none);
        }

        Words all = await _mpc.AndTree(none, Parities, 1, 4);
        Words any = _mpc.Take(1);
        if (_mpc.Computes)
        {
            any.Span[0] = (all.Span[0] ^ _mpc.AddsPublic) & 1;
        }

        return new Secret(any, 1, 0);
    }
}
