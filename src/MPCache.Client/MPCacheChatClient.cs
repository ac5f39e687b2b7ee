using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace MPCache.Client;

/// <summary>
/// Private chat for programs written against <see cref="IChatClient"/>: the messages leave this process as shares alone. Calls may run
/// side by side; each waits for its turn at the server.
/// </summary>
/// <param name="model">The model; disposed with the client where <paramref name="owns"/> says so.</param>
/// <param name="owns">Whether the model is this client's own.</param>
public sealed class MPCacheChatClient(PrivateModel model, bool owns = false) : IChatClient
{
    /// <summary>Name of what is added to a response: its <see cref="GenerationReport"/>.</summary>
    public const string Report = "mpcache";

    private readonly ChatClientMetadata _metadata = new("mpcache", providerUri: null, model.Name);

    /// <summary>A client of its own model.</summary>
    /// <param name="options">Where the parties are.</param>
    /// <exception cref="ArgumentException">An option makes no sense, or the keys cannot be read.</exception>
    public MPCacheChatClient(MPCacheClientOptions options)
        : this(new PrivateModel(options), owns: true)
    {
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (ChatResponseUpdate update in GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
        }

        ChatResponse response = updates.ToChatResponse();
        response.AdditionalProperties = updates[^1].AdditionalProperties; // the report is the whole response's, not its message's
        return response;
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Something that is not there, or cannot be had privately, was asked for.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int[] prompt = model.Encode([.. messages.Select(ChatConversion.Message)]);
        string id = Guid.NewGuid().ToString("N");
        await foreach (GenerationEvent happened in
            model.Generate(prompt, ChatConversion.Answer(options), cancel: cancellationToken).WithCancellation(cancellationToken))
        {
            if (happened is GenerationEvent.Piece { Text.Length: > 0 } piece)
            {
                yield return Update(new TextContent(piece.Text));
            }
            else if (happened is GenerationEvent.Finished done)
            {
                ChatResponseUpdate last = Update(new UsageContent(new UsageDetails
                {
                    InputTokenCount = prompt.Length,
                    OutputTokenCount = done.Report.Tokens.Length,
                    TotalTokenCount = prompt.Length + done.Report.Tokens.Length,
                }));
                last.FinishReason = done.Ended ? ChatFinishReason.Stop : ChatFinishReason.Length;
                last.AdditionalProperties = new() { [Report] = done.Report };
                yield return last;
            }
        }

        ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content])
        {
            ResponseId = id,
            MessageId = id,
            ModelId = model.Name,
            CreatedAt = DateTimeOffset.UtcNow,
        };
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType == typeof(PrivateModel) ? model
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (owns)
        {
            model.Dispose();
        }
    }
}
