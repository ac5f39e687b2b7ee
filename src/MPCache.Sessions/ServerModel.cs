using System.Security.Cryptography;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>
/// A model as the server keeps it: 16-bit weights, its public description, and the seed of the mask B under which clients hold it.
/// </summary>
public sealed class ServerModel : IDisposable
{
    private readonly WeightMaskSeed _mask;

    private ServerModel(PublicModel @public, PlainModelWeights weights, WeightMaskSeed mask)
        => (Public, Weights, _mask) = (@public, weights, mask);

    /// <summary>What everybody may know.</summary>
    public PublicModel Public { get; }

    /// <summary>The weights.</summary>
    public PlainModelWeights Weights { get; }

    /// <summary>What the dealer is told for a request.</summary>
    public DealerModel ForDealer(GenerationRequest request) => new(Public, _mask.Copy(), Conversation.Commitment(Public, request));

    /// <summary>What a dealer needs to deal ahead for this model.</summary>
    public DealOrder Order() => new(Public, _mask.Copy());

    /// <summary>
    /// Loads and calibrates a model. The secret behind B is made once and kept in <paramref name="folder"/>, so that clients need F only
    /// once.
    /// </summary>
    /// <param name="model">The model's file or folder.</param>
    /// <param name="folder">Where the secret is kept.</param>
    /// <param name="report">Told the calibration's ranges.</param>
    /// <param name="warn">Told what went wrong without ending anything.</param>
    public static ServerModel Load(
        ModelFile model,
        string folder,
        Action<IReadOnlyList<HeadroomLine>>? report = null,
        Action<string>? warn = null)
    {
        FixedPointPlan plan = Calibrate(model, report);
        GC.Collect(2, GCCollectionMode.Aggressive); // the single-precision copy has served
        var weights = new PlainModelWeights(model, plan);
        byte[] secret = WeightMaskSeed.Secret(folder, model.Sha256, warn);
        WeightMaskSeed mask = WeightMaskSeed.Derive(secret, new ModelLayout(model.Config), plan, weights);
        CryptographicOperations.ZeroMemory(secret);
        return new ServerModel(
            new PublicModel { Sha256 = model.Sha256, Config = model.Config, Plan = plan, MaskId = mask.Id },
            weights,
            mask);
    }

    /// <summary>For tests of dishonest servers: the same model under another public description.</summary>
    internal ServerModel Announcing(Func<PublicModel, PublicModel> change) => new(change(Public), Weights, _mask);

    private static FixedPointPlan Calibrate(ModelFile model, Action<IReadOnlyList<HeadroomLine>>? report)
    {
        (FixedPointPlan plan, IReadOnlyList<HeadroomLine> lines) = Calibration.Run(model, new FloatWeights(model));
        report?.Invoke(lines);
        return plan;
    }

    /// <summary>Sends F = W - B, matrix by matrix.</summary>
    public void SendMasked(IChannel client)
    {
        var layout = new ModelLayout(Public.Config);
        using var key = new AesKey(_mask.Copy());
        byte[] piece = new byte[MaskedWeightsFile.Piece];
        int used = 0;
        void Write(ReadOnlySpan<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                int take = Math.Min(bytes.Length, piece.Length - used);
                bytes[..take].CopyTo(piece.AsSpan(used));
                used += take;
                bytes = bytes[take..];
                if (used == piece.Length)
                {
                    client.Send(FrameKind.MaskedWeights, piece);
                    used = 0;
                }
            }
        }

        void Pad(long count) => Write(new byte[(int)(((count + 63) & ~63L) - count)]);

        const int rowsAtOnce = 64;
        foreach (((int layer, LinearSite site), ModelLayout.Entry entry) in layout.Matrices)
        {
            IWeights w = Weights.Linear(layer, site);
            ulong[] words = new ulong[rowsAtOnce * entry.Columns];
            for (int row = 0; row < entry.Rows; row += rowsAtOnce)
            {
                // A block of 64 rows begins at an even word, since 64 is even.
                int count = Math.Min(rowsAtOnce, entry.Rows - row) * entry.Columns;
                ReadOnlySpan<short> plain = w.Plain.Slice(row * entry.Columns, count);
                for (int i = 0; i < count; i++)
                {
                    words[i] = (ulong)(long)plain[i];
                }

                Kernel.PrgSub(key, entry.Nonce, (ulong)((long)row * entry.Columns / 2), words.AsSpan(0, count));
                Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan(0, count)));
            }

            Pad(entry.Count * 8);
        }

        ushort[] table = Weights.Embedding.Table.ToArray();
        ulong[] mask = new ulong[(table.Length + 3) / 4];
        Kernel.PrgFill(key, layout.Embedding.Nonce, 0, mask);
        Span<ushort> maskHalves = System.Runtime.InteropServices.MemoryMarshal.Cast<ulong, ushort>(mask.AsSpan());
        for (int i = 0; i < table.Length; i++)
        {
            table[i] -= maskHalves[i];
        }

        Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(table.AsSpan()));
        Pad(layout.Embedding.Count * 2);
        if (used > 0)
        {
            client.Send(FrameKind.MaskedWeights, piece.AsSpan(0, used));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
