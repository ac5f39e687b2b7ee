using System.Security.Cryptography;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>A model as the server keeps it: 16-bit weights, its public description, and the seed of the mask B under which clients hold it.</summary>
public sealed class ServerModel : IDisposable
{
    private readonly byte[] _maskSeed;

    private ServerModel(PublicModel @public, PlainModelWeights weights, byte[] maskSeed) => (Public, Weights, _maskSeed) = (@public, weights, maskSeed);

    /// <summary>What everybody may know.</summary>
    public PublicModel Public { get; }

    /// <summary>The weights.</summary>
    public PlainModelWeights Weights { get; }

    /// <summary>For the dealer.</summary>
    public DealerModel ForDealer => new(Public, Convert.ToHexString(_maskSeed));

    /// <summary>
    /// Loads and calibrates a model. The seed of B is made once and kept in <paramref name="folder"/>, so that clients need F only once.
    /// </summary>
    public static ServerModel Load(ModelFile model, string folder, Action<IReadOnlyList<Calibration.HeadroomLine>>? report = null)
    {
        FixedPointPlan plan = Calibrate(model, report);
        GC.Collect(2, GCCollectionMode.Aggressive); // the single-precision copy has served
        byte[] seed = MaskSeed(folder, model.Sha256);
        return new ServerModel(
            new PublicModel
            {
                Sha256 = model.Sha256,
                Config = model.Config,
                Plan = plan,
                MaskId = Convert.ToHexString(SHA256.HashData([.. "mpcache mask "u8, .. seed])),
                InstructionSet = Kernel.InstructionSet,
            },
            new PlainModelWeights(model, plan), seed);
    }

    private static FixedPointPlan Calibrate(ModelFile model, Action<IReadOnlyList<Calibration.HeadroomLine>>? report)
    {
        (FixedPointPlan plan, IReadOnlyList<Calibration.HeadroomLine> lines) = Calibration.Run(model, new FloatWeights(model));
        report?.Invoke(lines);
        return plan;
    }

    /// <summary>Sends F = W - B, matrix by matrix.</summary>
    public void SendMasked(IChannel client)
    {
        var layout = new ModelLayout(Public.Config);
        var key = new AesKey(_maskSeed);
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

    private static byte[] MaskSeed(string folder, string sha256)
    {
        string path = Path.Combine(folder, $"{sha256[..16]}.mask-seed");
        if (File.Exists(path) && File.ReadAllBytes(path) is { Length: 16 } kept)
        {
            return kept;
        }

        byte[] seed = RandomNumberGenerator.GetBytes(16);
        try
        {
            Directory.CreateDirectory(folder);
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(seed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The server still runs; clients will have to fetch F again after a restart.
        }

        return seed;
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
