namespace MPCache.Models;

/// <summary>A message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Its text; control tokens written out in it stay text.</param>
public sealed record ChatMessage(string Role, string Content);
