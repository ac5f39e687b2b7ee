using MPCache.Kernels;

namespace MPCache.Protocols.Tests;

/// <summary>Where the two parties of an <see cref="IdealCorrelations"/> meet: each puts down its shares and takes the other's.</summary>
internal sealed class MeetingPlace
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Barrier _barrier = new(2);
    private readonly ulong[]?[] _left = new ulong[]?[2];

    public ulong[]? Exchange(int party, ulong[]? mine)
    {
        _left[party] = mine;
        Assert.True(_barrier.SignalAndWait(s_patience));
        ulong[]? theirs = _left[1 - party];
        Assert.True(_barrier.SignalAndWait(s_patience));
        return theirs;
    }
}
