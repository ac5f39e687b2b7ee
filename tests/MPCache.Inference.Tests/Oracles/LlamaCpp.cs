using LLama;
using LLama.Common;
using LLama.Native;

namespace MPCache.Inference.Tests;

/// <summary>llama.cpp on one file (LLamaSharp's native library): logits token by token, its cache in single precision, one thread.</summary>
internal sealed class LlamaCpp : IDisposable
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
    public LlamaCpp(string path, int tokens)
    {
        var options = new ModelParams(path)
        {
            ContextSize = (uint)tokens,
            BatchSize = (uint)tokens,
            UBatchSize = (uint)tokens,
            GpuLayerCount = 0,
            Threads = 1,
            BatchThreads = 1,
            FlashAttention = false,
            TypeK = GGMLType.GGML_TYPE_F32,
            TypeV = GGMLType.GGML_TYPE_F32,
        };
        _weights = LLamaWeights.LoadFromFile(options);
        _context = _weights.CreateContext(options);
    }

    /// <summary>Runs tokens and returns the logits after the last.</summary>
    public float[] Step(int[] tokens)
    {
        var batch = new LLamaBatch();
        for (int i = 0; i < tokens.Length; i++)
        {
            batch.Add(tokens[i], _position + i, LLamaSeqId.Zero, i == tokens.Length - 1);
        }

        DecodeResult result = _context.Decode(batch);
        Assert.Equal(DecodeResult.Ok, result);
        _position += tokens.Length;
        return _context.NativeHandle.GetLogitsIth(tokens.Length - 1).ToArray();
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }
}
