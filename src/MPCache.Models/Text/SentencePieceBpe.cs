using System.Text;

namespace MPCache.Models.Text;

/// <summary>
/// SentencePiece's BPE (Kudo and Richardson, EMNLP 2018): of all neighbours that make a piece together, those of the highest score merge,
/// the leftmost of equals. Characters that end without a piece are their UTF-8 bytes. Microsoft.ML.Tokenizers 2.0.1 can be fed such a
/// vocabulary, but merges the rightmost of equals, so that "aaa" is "a aa" where SentencePiece and llama.cpp have "aa a", and makes control
/// tokens of text that spells them.
/// </summary>
internal sealed class SentencePieceBpe : VocabularyTokenizer
{
    private const char Space = '\u2581';

    private readonly SentencePieceTables _tables;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _pieces;
    private readonly int[] _byteTokens = new int[256];

    /// <exception cref="ModelFormatException">A byte has no token, or a score is not a number.</exception>
    public SentencePieceBpe(SentencePieceTables tables)
        : base(tables, token => Encoding.UTF8.GetBytes(token.Replace(Space, ' ')))
    {
        _tables = tables;
        _pieces = Ids.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int b = 0; b < 256; b++)
        {
            string name = $"<0x{b:X2}>";
            _byteTokens[b] = Array.IndexOf(tables.Tokens, name);
            if (_byteTokens[b] < 0 || tables.Kinds[_byteTokens[b]] != TokenKind.Byte)
            {
                throw new ModelFormatException(tables.File, $"the vocabulary has no token {name}, so not every text has tokens",
                    cure: "Supported are SentencePiece vocabularies with all bytes, as those of Llama 2, Mistral, Phi-3 and Gemma");
            }
        }

        if (Array.FindIndex(tables.Scores, float.IsNaN) is >= 0 and int wrong)
        {
            throw new ModelFormatException(tables.File, $"the score of token {wrong} is not a number");
        }
    }

    protected override void EncodeText(string text, List<int> result)
    {
        bool prefix = _tables.Prefix switch
        {
            SpacePrefix.Always => true,
            SpacePrefix.First => result.Count == 0 && text[0] is not (' ' or Space),
            _ => false,
        };

        // Halves of surrogate pairs become U+FFFD, as they do in UTF-8.
        string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        Merge((prefix ? Space + whole : whole).Replace(' ', Space), result);
    }

    private void Merge(string text, List<int> result)
    {
        // A chain of pieces: each begins at an index of the text and is so long; a piece that was merged into its left neighbour has
        // length 0.
        int[] length = new int[text.Length], before = new int[text.Length], after = new int[text.Length];
        var candidates = new PriorityQueue<(int Left, int Length), (float Score, int Left)>();
        for (int at = 0, last = -1; at < text.Length; at = after[at])
        {
            length[at] = char.IsHighSurrogate(text[at]) ? 2 : 1;
            (before[at], after[at]) = (last, at + length[at]);
            last = at;
        }

        for (int at = 0; at < text.Length; at = after[at])
        {
            Consider(at);
        }

        while (candidates.TryDequeue(out (int Left, int Length) pair, out _))
        {
            int left = pair.Left, right = after[left];
            if (length[left] == 0 || right >= text.Length || length[left] + length[right] != pair.Length)
            {
                continue; // one of the two has merged with another meanwhile
            }

            (length[left], length[right], after[left]) = (pair.Length, 0, after[right]);
            if (after[left] < text.Length)
            {
                before[after[left]] = left;
            }

            Consider(left);
            if (before[left] >= 0)
            {
                Consider(before[left]);
            }
        }

        Span<byte> utf8 = stackalloc byte[4];
        for (int at = 0; at < text.Length; at = after[at])
        {
            ReadOnlySpan<char> piece = text.AsSpan(at, length[at]);
            if (_pieces.TryGetValue(piece, out int id))
            {
                result.Add(id);
                continue;
            }

            foreach (byte b in utf8[..Encoding.UTF8.GetBytes(piece, utf8)])
            {
                result.Add(_byteTokens[b]);
            }
        }

        void Consider(int left)
        {
            if (after[left] < text.Length && _pieces.TryGetValue(text.AsSpan(left, length[left] + length[after[left]]), out int id))
            {
                candidates.Enqueue((left, length[left] + length[after[left]]), (-_tables.Scores[id], left));
            }
        }
    }
}
