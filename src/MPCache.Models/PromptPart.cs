namespace MPCache.Models;

/// <summary>A piece of a prompt as a chat template writes it.</summary>
/// <param name="Text">A control token's name, or text.</param>
/// <param name="Control">Whether it is the control token of that name. Text never becomes one, whatever is written in it.</param>
public readonly record struct PromptPart(string Text, bool Control = false);
