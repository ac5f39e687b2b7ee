using LLama;
using LLama.Common;
using LLama.Native;

namespace MPCache.Oracles;

/// <summary>llama.cpp on one file (LLamaSharp's native library): logits token by token, its cache in single precision.</summary>
public sealed class LlamaCpp : IDisposable
{
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;
    private int _position;

    static LlamaCpp()
    {
        NativeLibraryConfig.All.WithLogCallback((_, _) => { });
        NativeApi.llama_empty_call();
    }

    /// <param name="path">A GGUF file.</param>
    /// <param name="tokens">Tokens that will be run at most.</param>
    /// <param name="threads">Threads.</param>
    public LlamaCpp(string path, int tokens, int threads = 1)
    {
        var options = new ModelParams(path)
        {
            ContextSize = (uint)tokens,
            BatchSize = (uint)tokens,
            UBatchSize = (uint)tokens,
            GpuLayerCount = 0,
            Threads = threads,
            BatchThreads = threads,
            FlashAttention = false,
            TypeK = GGMLType.GGML_TYPE_F32,
            TypeV = GGMLType.GGML_TYPE_F32,
        };
        _weights = LLamaWeights.LoadFromFile(options);
        _context = _weights.CreateContext(options);
    }

    /// <summary>Runs tokens and returns the logits after the last.</summary>
    /// <exception cref="InvalidOperationException">llama.cpp refuses them.</exception>
    public float[] Step(int[] tokens)
    {
        var batch = new LLamaBatch();
        for (int i = 0; i < tokens.Length; i++)
        {
            batch.Add(tokens[i], _position + i, LLamaSeqId.Zero, i == tokens.Length - 1);
        }

        if (_context.Decode(batch) is not DecodeResult.Ok and var result)
        {
            throw new InvalidOperationException($"llama.cpp does not run {tokens.Length} tokens at position {_position}: {result}.");
        }

        _position += tokens.Length;
        return _context.NativeHandle.GetLogitsIth(tokens.Length - 1).ToArray();
    }

    /// <summary>Forgets all tokens.</summary>
    public void Clear()
    {
        _context.NativeHandle.MemoryClear();
        _position = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }
}
