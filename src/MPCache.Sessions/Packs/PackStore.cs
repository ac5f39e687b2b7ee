using MPCache.Inference;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>One party's folder of packs.</summary>
/// <param name="folder">Where its tickets are, and at the server its corrections.</param>
/// <param name="side">Client or server.</param>
/// <param name="spent">What has been spent.</param>
public sealed class PackStore(string folder, Role side, SpentPacks spent)
{
    /// <summary>Packs that a client offers in one request at most: they fit a message.</summary>
    public const int MostOffered = 32;

    private readonly string _side = side.ToString().ToLowerInvariant();

    /// <summary>All packs of the folder with their state, by name.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    public IReadOnlyList<PackLine> List()
    {
        if (!Directory.Exists(folder))
        {
            throw new IOException($"There is no folder {folder}. Name the one that holds the packs (--packs), or have some dealt with "
                + $"\"mpcache dealer pack\".");
        }

        return [.. Directory.GetFiles(folder, $"*{PackTicket.Extension}").Order(StringComparer.Ordinal).Select(Line)];
    }

    /// <summary>Names of unused packs that were dealt for this.</summary>
    /// <exception cref="SessionException">There is none; the message says what the folder holds instead.</exception>
    internal string[] Offer(GenerationRequest request, string commitment)
    {
        IReadOnlyList<PackLine> lines = List();
        string[] fitting =
            [.. lines.Where(l => l.State == PackLine.Unused && l.Commitment == commitment).Take(MostOffered).Select(l => l.Id)];
        int unused = lines.Count(l => l.State == PackLine.Unused);
        return fitting.Length > 0 ? fitting : throw new SessionException(
            EndReason.NoPack,
            $"No unused pack in {folder} was dealt for this model with a prompt of {request.PromptTokens} tokens, {request.MaxTokens} to "
                + $"generate, policy \"{request.Policy}\", reveal {request.Reveal}"
                + $"{(request.DraftTokens > 0 ? " and drafts, for which there are none" : "")}. It holds {unused} unused for something "
                + $"else and {lines.Count - unused} spent or damaged (mpcache packs list {folder}). Deal one with \"mpcache dealer pack "
                + $"--prompt-tokens {request.PromptTokens} --max-tokens {request.MaxTokens}\" and the same options, or say --dealer.");
    }

    /// <summary>The first of the offered packs that is unused and whole here.</summary>
    /// <exception cref="SessionException">None is.</exception>
    internal string Choose(IReadOnlyList<string>? offered, string commitment)
    {
        if (offered is null)
        {
            throw new SessionException(EndReason.NoPack,
                "The client brings no pack, and this server has no dealer: start it with --dealer for such clients.");
        }

        // Names from a peer enter no path: they are looked for among those that lie here.
        PackLine[] here = [.. List().Where(l => offered.Contains(l.Id))];
        return here.FirstOrDefault(l => l.State == PackLine.Unused && l.Commitment == commitment)?.Id ?? throw new SessionException(
            EndReason.NoPack,
            $"None of the {offered.Count} packs that the client offers is unused here and dealt for its request"
                + string.Concat(here.Select(l => $"; {l.Id} is {l.State} ({l.Detail})")) + $". See mpcache packs list {folder}.");
    }

    /// <summary>A pack's ticket, without taking it.</summary>
    /// <exception cref="IOException">It is not here, or damaged.</exception>
    internal PackTicket Look(string id)
    {
        if (!File.Exists(Ticket(id)))
        {
            throw new IOException($"{folder} holds no unused pack {id} (mpcache packs list {folder}).");
        }

        return PackTicket.Read(Ticket(id));
    }

    /// <summary>
    /// Gives the client's part of a pack away for an audit: it is spent here first. The ticket then stands in a file of its own.
    /// </summary>
    /// <exception cref="SessionException">It has been used already.</exception>
    public void Release(string id, string file)
    {
        PackTicket ticket = Look(id);
        if (ticket.IsServers)
        {
            throw new ArgumentException($"{Ticket(id)} is the server's part: the client releases its own, and the server "
                + "audits with both.");
        }

        if (File.Exists(file))
        {
            throw new IOException($"{file} is there already. Remove it, or name another.");
        }

        PrivateFile.Create(file, Message.Canonical(Take(id, "audit")));
    }

    /// <summary>
    /// Takes a pack for good: it is marked on the disk and its ticket wiped before this returns, so nothing uses it again whatever happens.
    /// </summary>
    /// <exception cref="SessionException">It has been taken meanwhile.</exception>
    /// <exception cref="IOException">It cannot be marked: it is still unused then.</exception>
    internal PackTicket Take(string id, string use)
    {
        string path = Ticket(id);
        PackTicket ticket = Look(id);
        if (!spent.Mark(ticket.Id, _side, use))
        {
            Wipe(id);
            throw Spent(id);
        }

        PrivateFile.Wipe(path);
        return ticket;
    }

    /// <summary>Takes a pack with its corrections, which have no name any more afterwards: a crash leaves nothing.</summary>
    /// <inheritdoc cref="Take"/>
    internal (PackTicket Ticket, PackReader Corrections) TakeWhole(string id, string use)
    {
        var reader = new PackReader(Corrections(id), Look(id));
        try
        {
            PackTicket ticket = Take(id, use);
            File.Delete(Corrections(id)); // still open here
            return (ticket, reader);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Removes what a spent pack has left, where a process was killed after its mark.</summary>
    public void Sweep()
    {
        foreach (PackLine line in List().Where(l => l.State == PackLine.Spent))
        {
            Wipe(line.Id);
        }
    }

    private void Wipe(string id)
    {
        PrivateFile.Wipe(Ticket(id));
        File.Delete(Corrections(id));
    }

    private static SessionException Spent(string id) => new(EndReason.NoPack,
        $"The pack {id} has been used already. A pack is for one session: run again to take the next.");

    private PackLine Line(string path)
    {
        try
        {
            PackTicket ticket = PackTicket.Read(path);
            if (ticket.Side != _side)
            {
                return PackLine.Broken(path, $"it is the {ticket.Side}'s: keep it out of the {_side}'s hands, and delete it here");
            }

            if (spent.Use(ticket.Id, _side) is { } use)
            {
                return new PackLine(ticket, PackLine.Spent, use);
            }

            string corrections = Corrections(ticket.Id);
            bool whole = !ticket.IsServers || (File.Exists(corrections)
                && new FileInfo(corrections).Length == PackFile.Length(ticket.DealtBytes));
            return whole ? new PackLine(ticket, PackLine.Unused, "")
                : new PackLine(ticket, PackLine.Damaged, $"{corrections} is missing or cut off: copy it from the dealer again");
        }
        catch (IOException e)
        {
            return PackLine.Broken(path, e.Message);
        }
    }

    private string Ticket(string id) => Path.Combine(folder, id + PackTicket.Extension);

    private string Corrections(string id) => Path.Combine(folder, id + PackFile.Extension);
}
