using MPCache.Protocols;

namespace MPCache.Bench;

/// <summary>One role's run of one protocol, which can be repeated.</summary>
internal sealed class RowRun : IDisposable
{
    private readonly ProtocolRow _row;
    private readonly Mpc _mpc;
    private readonly ICorrelations _correlations;
    private readonly ulong[] _input;
    private readonly Func<Mpc, Secret, ValueTask<Secret>> _program;

    public RowRun(Role role, ICorrelations correlations, IChannel? peer, ProtocolRow row)
    {
        (_row, _correlations) = (row, correlations);
        _mpc = new Mpc(role, correlations, peer, BenchKeys.Of(3));
        _input = Share(role, row);
        _program = row.Program(role);
    }

    /// <summary>This role's share of the last result, its ring and fractional bits.</summary>
    public (ulong[] Words, int Ring, int Frac) Result { get; private set; } = ([], 64, 0);

    /// <summary>What the last run took.</summary>
    public Cost Cost { get; private set; }

    /// <summary>Bytes that were dealt for the last run, where this role can tell.</summary>
    public long Dealt { get; private set; }

    /// <summary>Runs the protocol once.</summary>
    public void Once()
    {
        Cost before = _mpc.Measured;
        long dealt = _correlations.Dealt;
        _mpc.Arena.Release(Arena.Bottom);
        Result = _mpc.Run(async () =>
        {
            Words x = _mpc.Take(_input.Length);
            if (_mpc.Computes)
            {
                _input.CopyTo(x.Span);
            }

            Secret y = await _program(_mpc, new Secret(x, _row.Ring, _row.Frac));
            _mpc.Correlations.EndStep();
            return (_mpc.Computes ? y.Words.Span.ToArray() : [], y.Ring, y.Frac);
        });
        (Cost, Dealt) = (_mpc.Measured - before, _correlations.Dealt - dealt);
    }

    /// <summary>A role's share of the input: the client's is random, the server's is the rest; the dealer has its shape.</summary>
    private static ulong[] Share(Role role, ProtocolRow row)
    {
        long[] x = row.Inputs();
        ulong[] share = new ulong[x.Length];
        Kernels.Kernel.PrgFill(BenchKeys.Of(4), 0, 0, share);
        for (int i = 0; role == Role.Server && i < x.Length; i++)
        {
            share[i] = (ulong)x[i] - share[i];
        }

        return share;
    }

    public void Dispose() => _mpc.Dispose();
}
