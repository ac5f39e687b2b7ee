namespace MPCache.Models.Chat;

/// <summary>One way to write a conversation down.</summary>
/// <param name="Name">For people.</param>
/// <param name="Controls">Control tokens that the vocabulary must have.</param>
/// <param name="TakesSystem">Whether there is a place for a system message.</param>
/// <param name="Alternates">Whether users and assistants must take turns.</param>
/// <param name="Write">Writes the system message (or null) and the turns, up to where the assistant begins to speak.</param>
internal sealed record ChatForm(
    string Name, string[] Controls, bool TakesSystem, bool Alternates, Action<ChatWriter, string?, IReadOnlyList<ChatMessage>> Write);
