using System.Diagnostics;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// What both planes' listeners share: who may come in, and how long it is waited for. Only the caller's thread serves newcomers, while it
/// waits for a peer.
/// </summary>
public abstract class ChannelListener : ILinkListener
{
    private const int MostWaiting = 64;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    private protected ChannelListener(ChannelOptions options) => Options = options;

    /// <inheritdoc/>
    public abstract string Address { get; }

    private protected ChannelOptions Options { get; }

    /// <inheritdoc/>
    public ILink Accept(Role peer) => Accept(peer, null, Timeout.InfiniteTimeSpan)!;

    /// <inheritdoc/>
    public ILink AcceptWithin(Role peer, ILink companion) => Accept(peer, companion, Options.ConnectTimeout) ?? throw new ChannelException(
        peer.Word(), $"did not come to {Address} for this session within {Options.ConnectTimeout.TotalSeconds:F0} s.")
    {
        Fault = ChannelFault.Late
    };

    /// <inheritdoc/>
    public abstract void Dispose();

    private protected abstract IEnumerable<Arrival> Arrivals { get; }

    /// <summary>Takes in what has come within a time.</summary>
    private protected abstract void Pump(TimeSpan wait);

    /// <summary>Makes a link of one who was waiting.</summary>
    /// <exception cref="ChannelException">It has gone.</exception>
    private protected abstract FramedChannel Welcome(Arrival arrival, Role peer);

    /// <summary>Says a last word to one, and forgets it.</summary>
    private protected abstract void Drop(Arrival arrival, ReadOnlySpan<byte> lastWord);

    /// <summary>Makes room for one more: strangers go before those who are known, and the oldest first.</summary>
    private protected void MakeRoom()
    {
        foreach (Arrival late in Arrivals.Where(a => a.Newcomer.Late).ToArray())
        {
            Drop(late, late.Newcomer.Refuse($"said nothing for {Options.Introduction.TotalSeconds:F0} s."));
        }

        if (Arrivals.Count() >= MostWaiting)
        {
            // The oldest may be silent, or of a role that nobody here waits for: it must not keep others out.
            Arrival oldest = Arrivals.FirstOrDefault(a => a.Newcomer.Hello is null) ?? Arrivals.First();
            Drop(oldest, oldest.Newcomer.Refuse("too many others are waiting."));
        }
    }

    private ILink? Accept(Role peer, ILink? companion, TimeSpan limit)
    {
        for (long start = Stopwatch.GetTimestamp(); limit < TimeSpan.Zero || Stopwatch.GetElapsedTime(start) < limit;)
        {
            Options.Cancel.ThrowIfCancellationRequested();
            Pump(TimeSpan.Zero);
            companion?.Watch();
            if (Arrivals.FirstOrDefault(a => Fits(a.Newcomer, peer, companion)) is not { } found)
            {
                Pump(Slice);
                continue;
            }

            if (companion is not null && !Matches(found.Newcomer, companion))
            {
                Drop(found, found.Newcomer.Refuse($"another {peer.Word()} is named for this session."));
                continue;
            }

            try
            {
                return ShapedLink.Wrap(Welcome(found, peer), Options);
            }
            catch (ChannelException)
            {
                // It went while it waited.
            }
        }

        return null;
    }

    private static bool Fits(Newcomer newcomer, Role peer, ILink? companion) =>
        newcomer.Hello is { } hello && hello.Role == peer.ToString() && (companion is null || hello.Session == companion.Session);

    /// <summary>
    /// Both have named each other: nobody else can take a seat in a session, nor be brought together with whom it did not choose.
    /// </summary>
    private static bool Matches(Newcomer newcomer,
        ILink companion) => newcomer.PeerKey == companion.Partner && newcomer.Hello!.Partner == companion.PeerKey;

    /// <summary>A newcomer and where it came from.</summary>
    private protected abstract class Arrival(ChannelOptions options)
    {
        public Newcomer Newcomer { get; } = new(options);
    }
}
