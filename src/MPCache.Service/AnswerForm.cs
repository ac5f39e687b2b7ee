namespace MPCache.Service;

/// <summary>How one of the two kinds of completions is written.</summary>
/// <param name="Id">Of this answer.</param>
/// <param name="Model">The model's name.</param>
/// <param name="IsChat">Whether it is a message; a text otherwise.</param>
internal sealed record AnswerForm(string Id, string Model, bool IsChat)
{
    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>A new answer.</summary>
    public static AnswerForm New(string model, bool isChat)
        => new((isChat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("N"), model, isChat);

    /// <summary>The whole answer.</summary>
    public object Whole(GenerationEvent.Finished done)
    {
        string reason = Reason(done);
        return new
        {
            Id,
            Object = IsChat ? "chat.completion" : "text_completion",
            Created = _created,
            Model,
            Choices = new[]
            {
                IsChat
                    ? (object)new { Index = 0, Message = new { Role = "assistant", Content = done.Text }, FinishReason = reason }
                    : new { Index = 0, done.Text, FinishReason = reason },
            },
            Usage = Told.Usage(done.Report),
            Mpcache = Told.Cost(done.Report),
        };
    }

    /// <summary>A chunk that begins a message.</summary>
    public object Begin() => Chunk([new { Index = 0, Delta = new { Role = "assistant", Content = "" }, FinishReason = (string?)null }]);

    /// <summary>A chunk of text.</summary>
    public object Piece(string text) => Chunk(
        [IsChat
            ? (object)new { Index = 0, Delta = new { Content = text }, FinishReason = (string?)null }
            : new { Index = 0, Text = text, FinishReason = (string?)null }]);

    /// <summary>The chunk that ends the text.</summary>
    public object End(GenerationEvent.Finished done) => Chunk(
        [IsChat
            ? (object)new { Index = 0, Delta = new { }, FinishReason = Reason(done) }
            : new { Index = 0, Text = "", FinishReason = Reason(done) }],
        cost: Told.Cost(done.Report));

    /// <summary>The chunk of usage.</summary>
    public object Usage(GenerationEvent.Finished done) => Chunk([], Told.Usage(done.Report));

    /// <summary>A chunk of progress.</summary>
    public object Progress(object told) => Chunk([], cost: told);

    private static string Reason(GenerationEvent.Finished done) => done.Ended ? "stop" : "length";

    private Dictionary<string, object> Chunk(object[] choices, object? usage = null, object? cost = null)
    {
        var chunk = new Dictionary<string, object>
        {
            ["id"] = Id,
            ["object"] = IsChat ? "chat.completion.chunk" : "text_completion",
            ["created"] = _created,
            ["model"] = Model,
            ["choices"] = choices,
        };
        if (usage is not null)
        {
            chunk["usage"] = usage;
        }

        if (cost is not null)
        {
            chunk["mpcache"] = cost;
        }

        return chunk;
    }
}
