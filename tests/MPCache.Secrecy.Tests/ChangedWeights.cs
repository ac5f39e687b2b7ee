using MPCache.Inference;
using MPCache.Models;

namespace MPCache.Secrecy.Tests;

/// <summary>Another server's weights: every matrix changed, all sizes and scales kept.</summary>
internal sealed class ChangedWeights(IModelWeights of, ModelConfig config, Func<short[], short[]> change) : IModelWeights
{
    private readonly Dictionary<(int, LinearSite), IWeights> _matrices = new ModelLayout(config).Matrices.ToDictionary(
        m => m.Key,
        m => (IWeights)new Matrix(of.Linear(m.Key.Layer, m.Key.Site), change(of.Linear(m.Key.Layer, m.Key.Site).Plain.ToArray())));

    public IWeights Linear(int layer, LinearSite site) => _matrices[(layer, site)];

    public IEmbeddingTable Embedding { get; } = new Table(
        of.Embedding,
        [.. change([.. of.Embedding.Table.ToArray().Select(v => (short)v)]).Select(v => (ushort)v)]);

    public ReadOnlySpan<ulong> Positions => of.Positions;

    private sealed class Matrix(IWeights like, short[] plain) : IWeights
    {
        public int Rows => like.Rows;

        public int Columns => like.Columns;

        public int Frac => like.Frac;

        public ReadOnlySpan<short> Plain => plain;

        public ReadOnlySpan<ulong> Masked => default;

        public ReadOnlySpan<ulong> BiasFor(int xFrac) => like.BiasFor(xFrac);
    }

    private sealed class Table(IEmbeddingTable like, ushort[] values) : IEmbeddingTable
    {
        public int Vocabulary => like.Vocabulary;

        public int Width => like.Width;

        public int Frac => like.Frac;

        ReadOnlySpan<ushort> IEmbeddingTable.Table => values;
    }
}
