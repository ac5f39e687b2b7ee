namespace MPCache.Cache;

/// <summary>Rows that have attended: what a policy may note of them.</summary>
/// <param name="Queries">Their queries: heads x rows x head dim.</param>
/// <param name="Scores">
/// Their scores with all tokens, heads x rows x tokens, before softmax; those with tokens behind a row have no meaning.
/// </param>
/// <param name="Numerators">Softmax's numerators: heads x rows x tokens.</param>
/// <param name="Reciprocals">Reciprocals of their sums: heads x rows.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Position">Position of the first row in the text.</param>
/// <param name="Tokens">Tokens in the cache.</param>
public sealed record Attended<T>(
    Factor<T> Queries,
    T Scores,
    Factor<T> Numerators,
    Factor<T> Reciprocals,
    int Rows,
    int Position,
    int Tokens);
