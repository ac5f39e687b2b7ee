using System.Globalization;
using System.Text;
using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Where each matrix lies in the masked model F (and its mask B): matrices in program order, 8 bytes a weight, then the embedding table, 2
/// bytes a weight.
/// All offsets are multiples of 64 bytes.
/// </summary>
public sealed class ModelLayout
{
    private readonly Dictionary<(int Layer, LinearSite Site), Entry> _entries = [];

    /// <summary>One matrix: its place and sizes; <see cref="Nonce"/> numbers its stream of masks.</summary>
    public readonly record struct Entry(long Offset, int Rows, int Columns, ulong Nonce)
    {
        /// <summary>Number of weights.</summary>
        public long Count => (long)Rows * Columns;
    }

    /// <summary>The matrices and vectors of each layer of a model, in order.</summary>
    public static IEnumerable<LinearSite> SitesOf(ModelConfig config)
    {
        LinearSite[] matrices = [LinearSite.QueryKeyValue, LinearSite.AttentionOutput, LinearSite.GateUp, LinearSite.Down];
        LinearSite[] heads = config.QueryKeyNorm ? [LinearSite.QueryKeyNorm] : [];
        LinearSite[] after = config.PostNorms ? [LinearSite.AttentionPostNorm, LinearSite.FeedForwardPostNorm] : [];
        return [.. matrices, .. heads, .. after];
    }

    /// <summary>The layout of a model of these sizes.</summary>
    public ModelLayout(ModelConfig config)
    {
        long at = 0;
        ulong nonce = 0;
        void Add(int layer, LinearSite site, int rows, int columns)
        {
            _entries[(layer, site)] = new Entry(at, rows, columns, nonce++);
            at += (((long)rows * columns * 8) + 63) & ~63L;
        }

        for (int l = 0; l < config.Layers; l++)
        {
            foreach (LinearSite site in SitesOf(config))
            {
                (int rows, int columns) = ShapeOf(config, site);
                Add(l, site, rows, columns);
            }
        }

        Add(config.Layers, LinearSite.Output, config.Vocabulary, config.Width);
        Embedding = new Entry(at, config.Vocabulary, config.Width, nonce);
        Bytes = at + (((Embedding.Count * 2) + 63) & ~63L);
    }

    /// <summary>Of the order of matrices, their padding and the numbering of their masks.</summary>
    public const int Version = 2;

    /// <summary>The layout as bytes: its version, and place, sizes and number of every matrix. Different layouts have different
    /// descriptions.</summary>
    public byte[] Description()
    {
        var text = new StringBuilder($"mpcache layout {Version}\n");
        foreach (((int layer, LinearSite site), Entry e) in Matrices)
        {
            text.Append(CultureInfo.InvariantCulture, $"{layer} {site} {e.Offset} {e.Rows} {e.Columns} {e.Nonce}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"embedding {Embedding.Offset} {Embedding.Rows} {Embedding.Columns} {Embedding.Nonce}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Outputs and inputs of a layer's matrix; a vector of n is (n, 1).</summary>
    private static (int Rows, int Columns) ShapeOf(ModelConfig config, LinearSite site)
    {
        int q = config.Heads * config.HeadDim, kv = config.KeyValueHeads * config.HeadDim;
        return site switch
        {
            LinearSite.QueryKeyValue => (q + (2 * kv), config.Width),
            LinearSite.AttentionOutput => (config.Width, q),
            LinearSite.GateUp => (config.Gated ? 2 * config.FeedForward : config.FeedForward, config.Width),
            LinearSite.Down => (config.Width, config.FeedForward),
            LinearSite.QueryKeyNorm => (q + kv, 1),
            _ => (config.Width, 1),
        };
    }

    /// <summary>Bytes of F.</summary>
    public long Bytes { get; }

    /// <summary>The embedding table.</summary>
    public Entry Embedding { get; }

    /// <summary>All matrices, in order.</summary>
    public IEnumerable<((int Layer, LinearSite Site) Key, Entry Entry)> Matrices
        => _entries.Select(e => (e.Key, e.Value)).OrderBy(e => e.Value.Offset);

    /// <summary>One matrix.</summary>
    public Entry this[int layer, LinearSite site] => _entries[(layer, site)];
}
