using System.Runtime.CompilerServices;
using System.Text;
using LLama.Native;

namespace MPCache.Models.Tests;

/// <summary>llama.cpp's reading of a file's vocabulary (LLamaSharp's native library), without weights.</summary>
internal sealed class LlamaVocabulary : IDisposable
{
    private readonly SafeLlamaModelHandle _model;

    /// <summary>
    /// Loads the library before any test does, since it takes no settings afterwards: it would write pages to standard error.
    /// </summary>
    [ModuleInitializer]
    internal static void Load()
    {
        NativeLibraryConfig.All.WithLogCallback((_, _) => { });
        NativeApi.llama_empty_call();
    }

    /// <param name="path">A GGUF file.</param>
    public LlamaVocabulary(string path)
    {
        LLamaModelParams options = LLamaModelParams.Default();
        options.vocab_only = true;
        _model = SafeLlamaModelHandle.LoadFromFile(path, options);
    }

    /// <summary>Whether texts begin with a token of their own, and which.</summary>
    public int? BeginToken => _model.Vocab.ShouldAddBOS ? (int?)_model.Vocab.BOS : null;

    /// <summary>Tokens of a text, without the token that begins texts.</summary>
    public int[] Encode(string text, bool special) => [.. _model.Tokenize(text, false, special, Encoding.UTF8).Select(t => (int)t)];

    /// <summary>Tokens that end a generation, ascending.</summary>
    public int[] EndTokens => [.. Enumerable.Range(0, _model.Vocab.Count).Where(t => ((LLamaToken)t).IsEndOfGeneration(_model.Vocab))];

    public void Dispose() => _model.Dispose();
}
