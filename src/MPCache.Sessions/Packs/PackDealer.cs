using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// Deals ahead of time: a small ticket for the client, and for the server a ticket and the corrections of a whole session. What it knows
/// is wiped when it has served; nothing of it is stored but the parts for the two.
/// </summary>
public sealed class PackDealer : IDisposable
{
    private readonly WeightMaskCache _masks;
    private readonly WeightMask _weights;
    private readonly PublicModel _model;

    /// <summary>A dealer for a server's model.</summary>
    /// <param name="order">What the server says of it; its seed is wiped.</param>
    /// <param name="mostWeightBytes">Memory for B at most, bytes.</param>
    /// <param name="log">Told what happens.</param>
    public PackDealer(DealOrder order, long mostWeightBytes = long.MaxValue, Action<string>? log = null)
    {
        _masks = new WeightMaskCache(mostWeightBytes);
        (_model, _weights) = (order.Model, _masks.Of(order.Model, order.MaskSeed, log));
    }

    /// <summary>Bytes dealt for a request, exactly.</summary>
    public static long Dealt(PublicModel model, GenerationRequest request)
    {
        using var costs = new CostModel(model.Config, model.Plan, request);
        long dealt = costs.Prefill().Dealt;
        for (int i = 1; i < request.MaxTokens; i++)
        {
            dealt += costs.Decode().Dealt;
        }

        return dealt;
    }

    /// <summary>Bytes of the server's file of corrections, exactly.</summary>
    public static long FileBytes(long dealt) => PackFile.Length(dealt);

    /// <summary>Deals one pack into two folders.</summary>
    /// <param name="request">What it is for.</param>
    /// <param name="client">Folder for the client's ticket.</param>
    /// <param name="server">Folder for the server's ticket and corrections.</param>
    /// <param name="progress">Told bytes dealt.</param>
    /// <returns>The pack's name.</returns>
    /// <exception cref="ArgumentException">The model does not run such a request, or drafts are asked for.</exception>
    /// <exception cref="IOException">A folder cannot be written, or the disk is full: no part of the pack is left.</exception>
    public string Deal(GenerationRequest request, string client, string server, Action<long>? progress = null)
    {
        request.Check(_model.Config);
        if (request.DraftTokens > 0)
        {
            throw new ArgumentException("How much is dealt with drafts depends on which guesses are right: packs are for runs without.");
        }

        long dealt = Dealt(_model, request);
        RequireSpace(server, FileBytes(dealt));
        string id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        string corrections = Path.Combine(server, id + PackFile.Extension);
        byte[] key = RandomNumberGenerator.GetBytes(32);
        using DealtSeeds seeds = DealtSeeds.Draw();
        try
        {
            using (var file = new PackWriter(corrections, key, progress))
            using (var dealing = new Dealing(_model, request, _weights, seeds, new CorrectionWriter(file)))
            {
                dealing.Prompt();
                dealing.Tokens();
                if (file.Dealt != dealt)
                {
                    throw new IOException($"{file.Dealt:N0} bytes were dealt where {dealt:N0} were predicted: please report this.");
                }

                file.Finish();
            }

            var ticket = new PackTicket
            {
                Version = Conversation.Version,
                Id = id,
                Side = "server",
                Model = _model.Config.Name,
                Request = request,
                Commitment = Conversation.Commitment(_model, request),
                Seed = new PartySeed(seeds.Server, seeds.Coins),
                DealtBytes = dealt,
                BlockKey = key,
            };
            WriteTicket(server, ticket);
            WriteTicket(client, ticket with { Side = "client", Seed = new PartySeed(seeds.Client, seeds.Coins), BlockKey = [] });
            return id;
        }
        catch (Exception e)
        {
            File.Delete(corrections);
            PrivateFile.Wipe(Path.Combine(server, id + PackTicket.Extension));
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"A pack of {FileBytes(dealt) / 1e6:N1} MB could not be written to {server}: {e.Message} Free some "
                    + $"space or name another folder with --out. Packs that were dealt before it are whole.", e);
            }

            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static void WriteTicket(string folder, PackTicket ticket)
    {
        byte[] bytes = Message.Canonical(ticket);
        PrivateFile.Create(Path.Combine(folder, ticket.Id + PackTicket.Extension), bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }

    private static void RequireSpace(string folder, long bytes)
    {
        Directory.CreateDirectory(folder);
        long free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new IOException($"A pack takes {bytes / 1e6:N1} MB and {folder} has {free / 1e6:N1} MB free. Free some space, name "
                + $"another folder with --out, or deal for fewer tokens. Packs that were dealt before it are whole.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _masks.Dispose();
}
