namespace MPCache.Models.Chat;

/// <summary>Takes down a conversation as a template writes it.</summary>
internal sealed class ChatWriter
{
    public List<PromptPart> Parts { get; } = [];

    /// <summary>The template's own words, control tokens included.</summary>
    public ChatWriter Own(string text)
    {
        Parts.Add(new PromptPart(text, Template: true));
        return this;
    }

    /// <summary>What somebody said.</summary>
    public ChatWriter Said(string text)
    {
        Parts.Add(new PromptPart(text));
        return this;
    }
}
