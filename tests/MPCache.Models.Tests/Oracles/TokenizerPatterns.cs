namespace MPCache.Models.Tests;

/// <summary>Pre-tokenizers as the published tokenizer.json files of these models have them.</summary>
internal static class TokenizerPatterns
{
    public const string Gpt2 = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true,"trim_offsets":true}""";

    public const string SmolLm = """{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},"""
        + """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true,"trim_offsets":true}]}""";

    /// <summary>Llama 2's and Phi-3's normaliser.</summary>
    public const string SpaceBeforeEachText = """{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},"""
        + """{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""";

    /// <summary>The pre-tokenizer that transformers writes for Mistral 7B.</summary>
    public const string SpaceBeforeTheFirst = """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""";

    /// <summary>Gemma's normaliser and pre-tokenizer.</summary>
    public const string SpacesReplaced = """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""";

    public const string CutAtSpaces = """{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false}""";

    public const string Llama3 =
        """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N"""
        + """}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":fa"""
        + """lse},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""";

    public const string Qwen2 =
        """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N"""
        + """}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false},"""
        + """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""";

    public const string Tekken =
        """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{"""
        + """Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{"""
        + """Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"},"behavior":"Isolated","invert":false"""
        + """},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}]}""";
}
