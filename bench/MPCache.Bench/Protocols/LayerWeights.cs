using System.Runtime.InteropServices;
using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;


namespace MPCache.Bench;

/// <summary>One layer's random matrices as a role of the benchmark holds them.</summary>
internal sealed class LayerWeights : IModelWeights
{
    private const int AfterNormShift = 4, PlainShift = 6; // outputs of either kind of matrix have deviations near one

    private static (Role Role, string Model, LayerWeights Weights)? s_last;

    private readonly Dictionary<LinearSite, Matrix> _matrices;

    private LayerWeights(Role role, ModelConfig config, FixedPointPlan plan)
    {
        var layout = new ModelLayout(config);
        _matrices = layout.Matrices.Where(m => m.Key.Layer == 0 && m.Key.Site != LinearSite.Output).ToDictionary(
            m => m.Key.Site, m => new Matrix(role, m.Key.Site, m.Entry.Rows, m.Entry.Columns, plan.Layers[0].Fracs(m.Key.Site)[0]));
    }

    /// <summary>Those of a model's sizes; made once, as they are the same under every policy.</summary>
    public static LayerWeights Of(Role role, ModelConfig config, FixedPointPlan plan)
    {
        if (s_last is not { } last || (last.Role, last.Model) != (role, config.Name))
        {
            s_last = (role, config.Name, new LayerWeights(role, config, plan));
        }

        return s_last.Value.Weights;
    }

    /// <inheritdoc/>
    public IEmbeddingTable Embedding => throw new NotSupportedException("A layer alone embeds nothing.");

    /// <inheritdoc/>
    public ReadOnlySpan<ulong> Positions => default;

    /// <inheritdoc/>
    public IWeights Linear(int layer, LinearSite site) => _matrices[site];

    /// <summary>The same matrices in single precision.</summary>
    public static FloatWeights Exact(ModelConfig config, FixedPointPlan plan)
    {
        var plain = new LayerWeights(Role.Server, config, plan);
        return new FloatWeights(config, (_, site) =>
        {
            Matrix m = plain._matrices[site];
            double norm = AfterNorm(site) ? Math.Sqrt(config.Width) : 1; // which the secret matrices hold and the float engine's norm does
            float[] values = new float[m.Plain.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(Math.ScaleB(m.Plain[i], -m.Frac) / norm);
            }

            return new FoldedMatrix(values, null, m.Rows, m.Columns);
        });
    }

    private static bool AfterNorm(LinearSite site) => site is LinearSite.QueryKeyValue or LinearSite.GateUp;

    private sealed class Matrix : IWeights
    {
        private readonly short[] _plain = [];
        private readonly ulong[] _masked = [];

        public Matrix(Role role, LinearSite site, int rows, int columns, int frac)
        {
            (Rows, Columns, Frac) = (rows, columns, frac);
            int n = rows * columns;
            if (role is Role.Client or Role.Dealer)
            {
                _masked = new ulong[n];
                Kernels.Kernel.PrgFill(BenchKeys.Of(6), (ulong)site, 0, _masked);
            }

            if (role == Role.Dealer)
            {
                return;
            }

            short[] plain = new short[(n + 3) / 4 * 4];
            Kernels.Kernel.PrgFill(BenchKeys.Of(7), (ulong)site, 0, MemoryMarshal.Cast<short, ulong>(plain.AsSpan()));
            int shift = AfterNorm(site) ? AfterNormShift : PlainShift;
            for (int i = 0; i < n; i++)
            {
                short w = (short)(plain[i] >> shift);
                if (role == Role.Client)
                {
                    _masked[i] = (ulong)w - _masked[i];
                }
                else
                {
                    plain[i] = w;
                }
            }

            _plain = role == Role.Client ? [] : plain[..n];
        }

        public int Rows { get; }

        public int Columns { get; }

        public int Frac { get; }

        public ReadOnlySpan<short> Plain => _plain;

        public ReadOnlySpan<ulong> Masked => _masked;

        public ReadOnlySpan<ulong> BiasFor(int xFrac) => default;
    }
}
