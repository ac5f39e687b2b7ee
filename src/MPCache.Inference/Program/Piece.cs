namespace MPCache.Inference;

/// <summary>Consecutive tokens of a text whose rows pass through the layers together.</summary>
/// <param name="Tokens">Ids, at whoever knows them; elsewhere only their number counts.</param>
/// <param name="Position">Position of the first.</param>
public readonly record struct Piece(ReadOnlyMemory<int> Tokens, int Position)
{
    /// <summary>
    /// Rows of a piece of the prompt: enough to share each read of the weights, few enough that little above the diagonal is computed.
    /// </summary>
    public const int MostRows = 64;

    /// <summary>A prompt, or a part of one from <paramref name="position"/> on, in pieces.</summary>
    public static IReadOnlyList<Piece> Of(ReadOnlyMemory<int> tokens, int position) =>
        [.. Enumerable.Range(0, (tokens.Length + MostRows - 1) / MostRows).Select(i => new Piece(
            tokens.Slice(i * MostRows, Math.Min(MostRows, tokens.Length - (i * MostRows))),
            position + (i * MostRows)))];
}
