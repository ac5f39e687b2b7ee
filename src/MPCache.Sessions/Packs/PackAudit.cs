using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// Opens an unused pack and deals it again, byte by byte: a dealer that put anything else into it is caught. Where all but one of s
/// packs are audited and that one is chosen by chance after they were dealt, one bad pack is caught with probability 1 - 1/s (cut and
/// choose). The pack is spent by it.
/// </summary>
public static class PackAudit
{
    /// <summary>Audits a pack of the server's folder.</summary>
    /// <param name="order">The server's own description of its model.</param>
    /// <param name="packs">The server's packs.</param>
    /// <param name="id">The pack.</param>
    /// <param name="clientTicket">The client's ticket, which it has marked as spent and given away.</param>
    /// <param name="progress">Told bytes checked.</param>
    /// <returns>Bytes checked.</returns>
    /// <exception cref="SessionException">The two tickets are not of one pack, or the pack is spent.</exception>
    /// <exception cref="PackAuditException">The pack is not what an honest dealer deals.</exception>
    public static long Run(DealOrder order, PackStore packs, string id, PackTicket clientTicket, Action<long>? progress = null)
    {
        if (clientTicket.IsServers || clientTicket.Id != id)
        {
            throw new SessionException(EndReason.NoPack, $"The ticket given is not the client's of the pack {id}: have the client say "
                + $"\"mpcache packs release {id}\" and send what it writes. Nothing was opened.");
        }

        PackTicket own = packs.Look(id);
        string commitment = Conversation.Commitment(order.Model, own.Request);
        if (own.Commitment != commitment)
        {
            throw new SessionException(EndReason.OtherModel, $"The pack {id} was dealt for the model {own.Model}, and for another file or "
                + $"calibration of it than {order.Model.Config.Name} here. Nothing was opened.");
        }

        if (clientTicket.Commitment != commitment || !clientTicket.Seed.Coins.AsSpan().SequenceEqual(own.Seed.Coins))
        {
            throw new PackAuditException(0, $"The pack {id} is BAD: the dealer gave the client a ticket for something else than the "
                + $"server. Use no other pack of this dealer, and ask whoever runs it.");
        }

        (_, PackReader corrections) = packs.TakeWhole(id, "audit");
        using (corrections)
        {
            using var masks = new WeightMaskCache(long.MaxValue);
            using var seeds = new DealtSeeds(clientTicket.Seed.Seed, own.Seed.Seed, own.Seed.Coins);
            var comparing = new Comparing(new CorrectionReader(corrections), progress);
            using var dealing = new Dealing(
                order.Model, own.Request, masks.Of(order.Model, order.MaskSeed, null), seeds, new CorrectionWriter(comparing));
            dealing.Prompt();
            dealing.Tokens();
            return corrections.Ended && comparing.Checked == own.DealtBytes ? comparing.Checked : throw new PackAuditException(
                comparing.Checked,
                $"The pack {id} goes on where an honest dealer's ends, at byte {comparing.Checked:N0}.");
        }
    }

    private sealed class Comparing(CorrectionReader pack, Action<long>? progress) : ICorrectionSink
    {
        private byte[] _theirs = new byte[PackFile.Block];

        public long Checked { get; private set; }

        public void Write(ReadOnlySpan<byte> piece)
        {
            Array.Resize(ref _theirs, Math.Max(_theirs.Length, piece.Length));
            Span<byte> theirs = _theirs.AsSpan(0, piece.Length);
            pack.ReadBytes(theirs);
            int same = piece.CommonPrefixLength(theirs);
            if (same < piece.Length)
            {
                throw new PackAuditException(Checked + same, $"The pack is BAD: byte {Checked + same:N0} of its corrections is not what an "
                    + $"honest dealer deals. Use no other pack of this dealer, and ask whoever runs it.");
            }

            Checked += piece.Length;
            progress?.Invoke(Checked);
        }
    }
}
