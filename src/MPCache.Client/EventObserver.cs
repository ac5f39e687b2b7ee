using System.Threading.Channels;
using MPCache.Models;

namespace MPCache.Client;

/// <summary>Turns what a session tells into events, and tokens into text. Called from one thread.</summary>
/// <param name="events">Where they go.</param>
/// <param name="tokenizer">Of the model.</param>
/// <param name="stops">Strings that end the text.</param>
internal sealed class EventObserver(
    ChannelWriter<GenerationEvent> events, ITextTokenizer tokenizer, IReadOnlyList<string> stops) : IGenerationObserver
{
    private readonly TokenStream _text = tokenizer.NewStream();
    private readonly StopText _shown = new(stops);

    /// <summary>Whether a string that ends the text came.</summary>
    public bool Stopped => _shown.Found;

    public void Receiving(long bytes, long total) => events.TryWrite(new GenerationEvent.Receiving(bytes, total));

    public void Ready(PublicModel model) => events.TryWrite(new GenerationEvent.Started(model));

    public void Prefilled(int tokens, int total) => events.TryWrite(new GenerationEvent.Prompt(tokens, total));

    public void Token(int id, double seconds)
        => events.TryWrite(new GenerationEvent.Piece(tokenizer.EndTokens.Contains(id) ? "" : _shown.Add(_text.Add(id)), seconds));

    public void LeftRange(int token) => events.TryWrite(new GenerationEvent.LeftRange(token));

    /// <summary>What is left of the text when no token comes any more.</summary>
    public string Finish() => _shown.Add(_text.Finish()) + _shown.Finish();
}
