using System.Text;
using Microsoft.ML.Tokenizers;

namespace MPCache.Models.Text;

/// <summary>
/// Byte-level BPE. The merging is Microsoft.ML.Tokenizers'; the cutting into words, control tokens, the byte alphabet and whole-word tokens
/// are here, because that library has them for fixed models only.
/// </summary>
internal sealed class ByteLevelBpe : VocabularyTokenizer
{
    private readonly ByteLevelTables _tables;
    private readonly BpeTokenizer _merger;
    private readonly bool[] _known = new bool[256];

    /// <exception cref="ModelFormatException">Tokens and merges do not fit together.</exception>
    public ByteLevelBpe(ByteLevelTables tables)
        : base(tables, ByteAlphabet.Decode)
    {
        _tables = tables;
        for (int b = 0; b < 256; b++)
        {
            _known[b] = Ids.ContainsKey(ByteAlphabet.Character((byte)b).ToString());
        }

        _merger = CreateMerger();
    }

    protected override void EncodeText(string text, List<int> result)
    {
        var word = new StringBuilder();
        foreach (Range range in WordSplitter.Split(text, _tables.Split))
        {
            word.Clear();
            foreach (byte b in Encoding.UTF8.GetBytes(text[range]))
            {
                // A byte outside the vocabulary has no token; the reference implementations leave it out, too.
                if (_known[b])
                {
                    word.Append(ByteAlphabet.Character(b));
                }
            }

            if (word.Length == 0)
            {
                continue;
            }

            string mapped = word.ToString();
            if ((_tables.WholeWords || mapped.Length == 1) && Ids.TryGetValue(mapped, out int whole))
            {
                result.Add(whole);
            }
            else
            {
                result.AddRange(_merger.EncodeToIds(mapped, considerPreTokenization: false, considerNormalization: false));
            }
        }
    }

    private BpeTokenizer CreateMerger()
    {
        for (int i = 0; i < _tables.Merges.Length; i++)
        {
            string[] parts = _tables.Merges[i].Split(' ');
            if (parts.Length != 2 || !Ids.ContainsKey(parts[0]) || !Ids.ContainsKey(parts[1]) || !Ids.ContainsKey(parts[0] + parts[1]))
            {
                throw new ModelFormatException(_tables.File,
                    $"the merge {i}, '{ModelFormatException.Printable(_tables.Merges[i])}', is not of two tokens that make a third");
            }
        }

        try
        {
            return BpeTokenizer.Create(new BpeOptions(Ids) { Merges = _tables.Merges });
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new ModelFormatException(_tables.File, $"the tokenizer's tables do not fit together: {error.Message.TrimEnd('.')}",
                inner: error);
        }
    }
}
