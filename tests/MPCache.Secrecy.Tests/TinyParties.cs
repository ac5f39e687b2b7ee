using System.Runtime.InteropServices;
using MPCache.Inference;
using MPCache.Kernels;
using MPCache.Models;

namespace MPCache.Secrecy.Tests;

/// <summary>A tiny model as the three roles hold it: W at the server, B at the dealer, F = W - B at the client.</summary>
internal sealed unsafe class TinyParties : IDisposable
{
    private readonly IModelWeights _w;
    private readonly List<nint> _memory = [];
    private readonly List<IDisposable> _owned = [];
    private readonly nint _masked;
    private readonly Dictionary<Role, IModelWeights> _held;

    /// <summary>A model of random weights, with a mask from its own seed.</summary>
    public TinyParties(string architecture, int context)
    {
        using var folder = new TempFolder();
        using (ModelFile file = ModelFile.Open(folder.Write("tiny.gguf", TinyModel.Gguf(architecture, context).Build().File)))
        {
            (Plan, _) = Calibration.Run(file, new FloatWeights(file));
            Config = file.Config;
            _w = new PlainModelWeights(file, Plan);
        }

        _owned.Add((IDisposable)_w);
        using AesKey seed = Streams.Key(1, 9);
        var mask = new WeightMask(Config, seed);
        _owned.Add(mask);
        _masked = Less(_w, mask.Start);
        _held = Held(mask.Start);
    }

    private TinyParties(TinyParties like, IModelWeights w, nint masked)
    {
        (Config, Plan, _w, _masked) = (like.Config, like.Plan, w, masked);
        _held = Held(Less(w, masked));
    }

    /// <summary>Sizes.</summary>
    public ModelConfig Config { get; }

    /// <summary>Rings and fractional bits.</summary>
    public FixedPointPlan Plan { get; }

    /// <summary>What a role holds.</summary>
    public IModelWeights Of(Role role) => _held[role];

    /// <summary>
    /// Another model of the same sizes and plan that the client holds under the same F: its mask is what is left. It must not outlive this
    /// one.
    /// </summary>
    public TinyParties Another(Func<short[], short[]> change) => new(this, new ChangedWeights(_w, Config, change), _masked);

    private Dictionary<Role, IModelWeights> Held(nint mask) => new()
    {
        [Role.Client] = new MaskedModelWeights(Config, Plan, _masked),
        [Role.Server] = _w,
        [Role.Dealer] = new MaskedModelWeights(Config, Plan, mask),
    };

    /// <summary>W less what lies in memory, laid out alike.</summary>
    private nint Less(IModelWeights w, nint from)
    {
        var layout = new ModelLayout(Config);
        nint result = (nint)NativeMemory.AlignedAlloc((nuint)layout.Bytes, 64);
        _memory.Add(result);
        foreach (((int layer, LinearSite site), ModelLayout.Entry entry) in layout.Matrices)
        {
            ReadOnlySpan<short> plain = w.Linear(layer, site).Plain;
            var to = new Span<ulong>((void*)(result + (nint)entry.Offset), plain.Length);
            var less = new ReadOnlySpan<ulong>((void*)(from + (nint)entry.Offset), plain.Length);
            for (int i = 0; i < plain.Length; i++)
            {
                to[i] = (ulong)(long)plain[i] - less[i];
            }
        }

        ReadOnlySpan<ushort> table = w.Embedding.Table;
        var toTable = new Span<ushort>((void*)(result + (nint)layout.Embedding.Offset), table.Length);
        var lessTable = new ReadOnlySpan<ushort>((void*)(from + (nint)layout.Embedding.Offset), table.Length);
        for (int i = 0; i < table.Length; i++)
        {
            toTable[i] = (ushort)(table[i] - lessTable[i]);
        }

        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owned.ForEach(o => o.Dispose());
        _memory.ForEach(m => NativeMemory.AlignedFree((void*)m));
    }
}
