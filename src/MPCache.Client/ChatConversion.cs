using System.Security.Cryptography;
using Microsoft.Extensions.AI;

namespace MPCache.Client;

/// <summary>Messages and options of Microsoft.Extensions.AI as ours. What is not there is refused, never left out in silence.</summary>
internal static class ChatConversion
{
    /// <summary>A message of text.</summary>
    /// <exception cref="NotSupportedException">It holds something else.</exception>
    public static Models.ChatMessage Message(ChatMessage message)
    {
        if (message.Contents.FirstOrDefault(c => c is not (TextContent or UsageContent)) is { } other)
        {
            throw new NotSupportedException($"A message holds a {other.GetType().Name}: only text runs privately.");
        }

        return message.Role == ChatRole.Tool
            ? throw new NotSupportedException("A message is a tool's: tools are not there.")
            : new Models.ChatMessage(message.Role.Value, message.Text);
    }

    /// <summary>How an answer is made.</summary>
    /// <exception cref="NotSupportedException">An option is not there.</exception>
    public static AnswerOptions Answer(ChatOptions? options)
    {
        Refuse(options?.Tools is { Count: > 0 }, "Tools");
        Refuse(options?.ResponseFormat is { } format && format != ChatResponseFormat.Text, "ResponseFormat other than text");
        return new AnswerOptions
        {
            MaxTokens = options?.MaxOutputTokens,
            Stop = [.. options?.StopSequences ?? []],
            Sampling = new SamplingOptions
            {
                Temperature = options?.Temperature ?? 0,
                TopK = options?.TopK ?? 0,
                TopP = options?.TopP ?? 1,
                Seed = options?.Seed is { } seed ? (ulong)seed : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
                PresencePenalty = options?.PresencePenalty ?? 0,
                FrequencyPenalty = options?.FrequencyPenalty ?? 0,
            },
        };
    }

    private static void Refuse(bool asked, string what)
    {
        if (asked)
        {
            throw new NotSupportedException($"ChatOptions asks for {what}, which a private model does not run.");
        }
    }
}
