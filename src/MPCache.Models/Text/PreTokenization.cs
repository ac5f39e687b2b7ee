namespace MPCache.Models.Text;

/// <summary>How text is cut into words before merging.</summary>
internal enum PreTokenization
{
    /// <summary>GPT-2's pattern.</summary>
    Gpt2,

    /// <summary>Each digit by itself, then GPT-2's pattern on what is between.</summary>
    SmolLm,

    /// <summary>Llama 3's pattern: up to three digits together, line breaks with the punctuation before them.</summary>
    Llama3,

    /// <summary>Llama 3's pattern with each digit by itself.</summary>
    Qwen2,

    /// <summary>Mistral's: words also end where a capital follows a small letter; no contractions.</summary>
    Tekken,
}
