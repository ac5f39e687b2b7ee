using System.Collections.Immutable;
using System.Text;

namespace MPCache.Models.Text;

/// <summary>What all tokenizers share: tokens written out in a text are told from the text between them, which a derived class
/// encodes.</summary>
internal abstract class VocabularyTokenizer : ITextTokenizer
{
    private readonly TokenizerTables _tables;
    private readonly byte[][] _bytes;
    private readonly LiteralTokens _always;
    private readonly LiteralTokens _withSpecial;

    /// <param name="tables">The vocabulary.</param>
    /// <param name="decode">The bytes that a token of kind text stands for.</param>
    /// <exception cref="ModelFormatException">Two tokens are the same text, or a byte's token is misspelt.</exception>
    protected VocabularyTokenizer(TokenizerTables tables, Func<string, byte[]> decode)
    {
        _tables = tables;
        _bytes = new byte[tables.Tokens.Length][];
        List<(string Text, int Id, TokenKind Kind)> literals = [];
        for (int id = 0; id < _bytes.Length; id++)
        {
            (string? token, TokenKind kind) = (tables.Tokens[id], tables.Kinds[id]);
            _bytes[id] = string.IsNullOrEmpty(token) ? [] : kind switch
            {
                TokenKind.Text => decode(token),
                TokenKind.Byte => [ByteOf(token)],
                _ => Encoding.UTF8.GetBytes(token),
            };
            if (string.IsNullOrEmpty(token))
            {
                continue;
            }

            if (kind is TokenKind.Special or TokenKind.Added)
            {
                literals.Add((token, id, kind));
            }
            else if (kind == TokenKind.Text && !Ids.TryAdd(token, id))
            {
                throw new ModelFormatException(tables.File,
                    $"the tokens {Ids[token]} and {id} are both '{ModelFormatException.Printable(token)}'");
            }
        }

        _always = new LiteralTokens(literals.Where(l => l.Kind == TokenKind.Added).Select(l => (l.Text, l.Id)), tables.StripAfter);
        _withSpecial = new LiteralTokens(literals.Select(l => (l.Text, l.Id)), tables.StripAfter);
    }

    public int Count => _tables.Tokens.Length;

    public int? BeginToken => _tables.BeginToken;

    public ImmutableArray<int> EndTokens => _tables.EndTokens;

    /// <summary>Tokens of kind text, as the file writes them.</summary>
    protected Dictionary<string, int> Ids { get; } = new(StringComparer.Ordinal);

    public int[] Encode(string text, bool special = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encode([new PromptPart(text, special)]);
    }

    public int[] Encode(IReadOnlyList<PromptPart> parts)
    {
        List<int> result = [];
        var pending = new StringBuilder(); // text since the last token that was written out
        bool strip = false;
        foreach (PromptPart part in parts)
        {
            foreach ((int? literal, Range range) in (part.Template ? _withSpecial : _always).Split(part.Text))
            {
                if (literal is { } id)
                {
                    Flush();
                    result.Add(id);
                    strip = _tables.StripAfter.Contains(id);
                }
                else
                {
                    pending.Append(part.Text.AsSpan(range));
                }
            }
        }

        Flush();
        return [.. result];

        void Flush()
        {
            string text = strip ? pending.ToString().TrimStart() : pending.ToString();
            pending.Clear();
            if (text.Length > 0)
            {
                EncodeText(text, result);
            }
        }
    }

    public string Decode(ReadOnlySpan<int> ids)
    {
        List<byte> buffer = new(ids.Length * 5);
        foreach (int id in ids)
        {
            buffer.AddRange(BytesOf(id).Span);
        }

        return Encoding.UTF8.GetString([.. buffer]);
    }

    public int? Find(string token) => _withSpecial.Find(token) ?? (Ids.TryGetValue(token, out int id) ? id : null);

    public TokenStream NewStream() => new(BytesOf);

    /// <summary>Encodes a text that has no token written out in it.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="result">Takes the tokens; empty at the beginning of the whole prompt.</param>
    protected abstract void EncodeText(string text, List<int> result);

    private ReadOnlyMemory<byte> BytesOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return id < _bytes.Length ? _bytes[id] : ReadOnlyMemory<byte>.Empty;
    }

    private byte ByteOf(string token) =>
        token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte value)
            ? value : throw new ModelFormatException(_tables.File,
                $"'{ModelFormatException.Printable(token)}' does not name a byte as <0x41> does");
}
