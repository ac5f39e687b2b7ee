namespace MPCache.Models;

/// <summary>A piece of a prompt. Pieces that stand side by side are one text.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Template">Whether a chat template wrote it, so that control tokens written in it are those tokens. What a user wrote never
/// becomes one.</param>
public readonly record struct PromptPart(string Text, bool Template = false);
