using System.Text;
using Microsoft.ML.Tokenizers;

namespace MPCache.Models.Text;

/// <summary>
/// Byte-level BPE as GPT-2, SmolLM2 and Llama 3 have it. The merging is Microsoft.ML.Tokenizers'; the cutting into words, control tokens,
/// the byte alphabet and whole-word tokens are here, because that library has them for fixed models only.
/// </summary>
internal sealed class ByteLevelBpe : ITextTokenizer
{
    private readonly TokenizerTables tables;
    private readonly BpeTokenizer merger;
    private readonly byte[][] bytes;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly LiteralTokens always;
    private readonly LiteralTokens withSpecial;
    private readonly bool[] known = new bool[256];

    /// <exception cref="ModelFormatException">Tokens and merges do not fit together.</exception>
    public ByteLevelBpe(TokenizerTables tables)
    {
        this.tables = tables;
        bytes = new byte[tables.Tokens.Length][];
        var literals = new List<(string Text, int Id, TokenKind Kind)>();
        for (var id = 0; id < bytes.Length; id++)
        {
            var (token, kind) = (tables.Tokens[id], tables.Kinds[id]);
            bytes[id] = token is null ? [] : kind == TokenKind.Text ? ByteAlphabet.Decode(token) : Encoding.UTF8.GetBytes(token);
            if (string.IsNullOrEmpty(token))
            {
                continue;
            }

            if (kind is TokenKind.Special or TokenKind.Added)
            {
                literals.Add((token, id, kind));
            }
            else if (kind == TokenKind.Text && !ids.TryAdd(token, id))
            {
                throw new ModelFormatException(tables.File, $"the tokens {ids[token]} and {id} are both '{ModelFormatException.Printable(token)}'");
            }
        }

        always = new LiteralTokens(literals.Where(l => l.Kind == TokenKind.Added).Select(l => (l.Text, l.Id)));
        withSpecial = new LiteralTokens(literals.Select(l => (l.Text, l.Id)));
        for (var b = 0; b < 256; b++)
        {
            known[b] = ids.ContainsKey(ByteAlphabet.Character((byte)b).ToString());
        }

        merger = CreateMerger();
    }

    public int Count => tables.Tokens.Length;

    public int[] Encode(string text, bool special = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new List<int>(text.Length / 3 + 4);
        foreach (var (literal, range) in (special ? withSpecial : always).Split(text))
        {
            if (literal is { } id)
            {
                result.Add(id);
            }
            else
            {
                EncodePlain(text[range], result);
            }
        }

        return [.. result];
    }

    public string Decode(ReadOnlySpan<int> ids)
    {
        var buffer = new List<byte>(ids.Length * 5);
        foreach (var id in ids)
        {
            buffer.AddRange(BytesOf(id).Span);
        }

        return Encoding.UTF8.GetString([.. buffer]);
    }

    public int? Find(string token) => withSpecial.Find(token) ?? (ids.TryGetValue(token, out var id) ? id : null);

    public TokenStream NewStream() => new(BytesOf);

    private ReadOnlyMemory<byte> BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return id < bytes.Length ? bytes[id] : ReadOnlyMemory<byte>.Empty;
    }

    private void EncodePlain(string text, List<int> result)
    {
        var word = new StringBuilder();
        foreach (var range in WordSplitter.Split(text, tables.Split))
        {
            word.Clear();
            foreach (var b in Encoding.UTF8.GetBytes(text[range]))
            {
                // A byte outside the vocabulary has no token; the reference implementations leave it out, too.
                if (known[b])
                {
                    word.Append(ByteAlphabet.Character(b));
                }
            }

            if (word.Length == 0)
            {
                continue;
            }

            var mapped = word.ToString();
            if ((tables.WholeWords || mapped.Length == 1) && ids.TryGetValue(mapped, out var whole))
            {
                result.Add(whole);
            }
            else
            {
                result.AddRange(merger.EncodeToIds(mapped, considerPreTokenization: false, considerNormalization: false));
            }
        }
    }

    private BpeTokenizer CreateMerger()
    {
        for (var i = 0; i < tables.Merges.Length; i++)
        {
            var parts = tables.Merges[i].Split(' ');
            if (parts.Length != 2 || !ids.ContainsKey(parts[0]) || !ids.ContainsKey(parts[1]) || !ids.ContainsKey(parts[0] + parts[1]))
            {
                throw new ModelFormatException(tables.File,
                    $"the merge {i}, '{ModelFormatException.Printable(tables.Merges[i])}', is not of two tokens that make a third");
            }
        }

        try
        {
            return BpeTokenizer.Create(new BpeOptions(ids) { Merges = tables.Merges });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException(tables.File, $"the tokenizer's tables do not fit together: {error.Message.TrimEnd('.')}", inner: error);
        }
    }
}
