namespace MPCache.Models.Text;

/// <summary>Names of the ways to cut, and what goes with each.</summary>
internal static class PreTokenizations
{
    /// <summary>GGUF's names of those that are supported, for messages.</summary>
    public const string GgufNames = "gpt-2, smollm, llama-bpe, qwen2 and tekken";

    /// <summary>The one of <c>tokenizer.ggml.pre</c>; null for any other name.</summary>
    public static PreTokenization? FromGguf(string? name) => name switch
    {
        "gpt-2" => PreTokenization.Gpt2,
        "smollm" => PreTokenization.SmolLm,
        "llama-bpe" or "llama3" or "llama-v3" => PreTokenization.Llama3,
        "qwen2" => PreTokenization.Qwen2,
        "tekken" => PreTokenization.Tekken,
        _ => null,
    };

    /// <summary>Whether a word that is a token is that token, whatever the merges say; a tokenizer.json says so itself, a GGUF does
    /// not.</summary>
    public static bool KeepsWholeWords(this PreTokenization how) => how is PreTokenization.Llama3 or PreTokenization.Tekken;

    /// <summary>Whether texts begin with a token of their own where a GGUF does not say.</summary>
    public static bool BeginsTexts(this PreTokenization how) => how is PreTokenization.Llama3 or PreTokenization.Tekken;
}
