using MPCache.Inference;
using MPCache.Models;
using Spectre.Console;

namespace MPCache.Cli;

/// <summary>
/// Shows a generation as it happens: progress on standard error, text on standard output as the tokens arrive. Where standard error is no
/// terminal, progress is
/// a few plain lines.
/// </summary>
internal sealed class ConsoleObserver(
    ITextTokenizer tokenizer,
    bool textToError = false,
    IReadOnlyList<string>? stops = null) : IGenerationObserver
{
    private readonly TextWriter _text = textToError ? Console.Error : Console.Out;
    private readonly TokenStream _stream = tokenizer.NewStream();
    private readonly StopText _shown = new(stops ?? []);
    private readonly bool _interactive = !Console.IsErrorRedirected;
    private int _lastTenth = -1;
    private bool _first = true, _warned, _ended;

    public void Receiving(long bytes, long total) => Show("receiving the masked weights", bytes, total, $"{bytes / 1e6:N0} of "
        + $"{total / 1e6:N0} MB");

    public void Ready(PublicModel model)
    {
        _lastTenth = -1;
        Clear();
        if (!_interactive)
        {
            Console.Error.WriteLine($"set-up done: {model.Config.Name}");
        }
    }

    public void Prefilled(int tokens, int total) => Show("prompt", tokens, total, $"{tokens} of {total} tokens");

    public void Token(int id, double seconds)
    {
        if (_first)
        {
            Clear();
            _first = false;
        }

        _ended |= tokenizer.EndTokens.Contains(id); // it is no text, and what follows under --fixed-length is not the answer's
        if (!_ended)
        {
            _text.Write(_shown.Add(_stream.Add(id)));
            _text.Flush();
        }
    }

    public void LeftRange(int token)
    {
        if (_warned)
        {
            return;
        }

        _warned = true;
        Clear();
        Console.Error.WriteLine($"warning: a number left the range of the fixed point "
            + $"{(token == 0 ? "in the prompt" : $"at generated token {token}")}: from there on the text may be "
            + "nonsense, which is not the model's. Try a shorter or another prompt; generate --plain-fixed --check-ranges, by who holds "
                + "the model, says which tensor it was.");
    }

    public void Finish() => _text.WriteLine(_shown.Add(_stream.Finish()) + _shown.Finish());

    private void Show(string what, long done, long total, string detail)
    {
        int tenth = (int)(10 * done / Math.Max(1, total));
        if (_interactive)
        {
            int width = 30, filled = (int)(width * done / Math.Max(1, total));
            Console.Error.Write($"\r{what} [{new string('#', filled)}{new string('.', width - filled)}] {detail}   ");
        }
        else if (tenth != _lastTenth)
        {
            Console.Error.WriteLine($"{what}: {detail}");
        }

        _lastTenth = tenth;
    }

    private void Clear()
    {
        if (_interactive)
        {
            Console.Error.Write("\r" + new string(' ', 100) + "\r");
        }
    }
}
