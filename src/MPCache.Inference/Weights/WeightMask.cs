using System.Runtime.InteropServices;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference;

/// <summary>The mask B of a model, expanded from its seed into memory: the dealer's.</summary>
public sealed unsafe class WeightMask : IDisposable
{
    /// <summary>Expands the mask of a model of these sizes.</summary>
    public WeightMask(ModelConfig config, AesKey seed)
    {
        var layout = new ModelLayout(config);
        Start = (nint)NativeMemory.AlignedAlloc((nuint)layout.Bytes, 64);
        foreach ((_, ModelLayout.Entry entry) in layout.Matrices)
        {
            Kernel.PrgFill(seed, entry.Nonce, 0, new Span<ulong>((void*)(Start + (nint)entry.Offset), checked((int)entry.Count)));
        }

        Kernel.PrgFill(
            seed,
            layout.Embedding.Nonce,
            0,
            new Span<ulong>((void*)(Start + (nint)layout.Embedding.Offset), checked((int)((layout.Embedding.Count + 3) / 4))));
    }

    /// <summary>Address of the first matrix.</summary>
    public nint Start { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree((void*)Start);
        Start = 0;
    }
}
