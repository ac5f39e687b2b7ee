namespace MPCache.Client;

/// <summary>What happens while an answer is made, in this order.</summary>
public abstract record GenerationEvent
{
    private GenerationEvent()
    {
    }

    /// <summary>Others are before this one.</summary>
    /// <param name="Ahead">How many.</param>
    public sealed record Waiting(int Ahead) : GenerationEvent;

    /// <summary>It is its turn: the parties are looked for.</summary>
    public sealed record Connecting : GenerationEvent;

    /// <summary>Masked weights come, once for each model and server.</summary>
    /// <param name="Bytes">So many have.</param>
    /// <param name="Total">Of so many.</param>
    public sealed record Receiving(long Bytes, long Total) : GenerationEvent;

    /// <summary>The set-up is done.</summary>
    /// <param name="Model">The server's model.</param>
    public sealed record Started(PublicModel Model) : GenerationEvent;

    /// <summary>The prompt runs.</summary>
    /// <param name="Done">Tokens done.</param>
    /// <param name="Total">Of so many.</param>
    public sealed record Prompt(int Done, int Total) : GenerationEvent;

    /// <summary>A token came.</summary>
    /// <param name="Text">What it adds to the text; empty for a token that ends it, or while a character is unfinished.</param>
    /// <param name="Seconds">What it took; the first includes the prompt.</param>
    public sealed record Piece(string Text, double Seconds) : GenerationEvent;

    /// <summary>A number left the range of its fixed-point format: from here on the text may not be the model's.</summary>
    /// <param name="Token">At this token; 0 for the prompt.</param>
    public sealed record LeftRange(int Token) : GenerationEvent;

    /// <summary>The answer is whole.</summary>
    /// <param name="Text">All of it.</param>
    /// <param name="Ended">Whether the text came to its end; false where the limit of tokens cut it off.</param>
    /// <param name="Report">What it cost.</param>
    public sealed record Finished(string Text, bool Ended, GenerationReport Report) : GenerationEvent;
}
