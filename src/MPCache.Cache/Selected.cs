namespace MPCache.Cache;

/// <summary>What a step attends to in place of everything.</summary>
/// <param name="Scores">Selected scores as softmax takes them: heads x columns.</param>
/// <param name="Columns">Scores of a head.</param>
/// <param name="PutBack">Brings what was computed of them (heads x columns) back to their tokens: heads x tokens, zero elsewhere.</param>
/// <param name="Count">Tokens that are attended to, over all heads.</param>
public sealed record Selected<T>(T Scores, int Columns, Func<T, ValueTask<T>> PutBack, long Count);
