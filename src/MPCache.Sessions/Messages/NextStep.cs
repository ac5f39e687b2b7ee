namespace MPCache.Sessions;

/// <summary>Client to server after each pass, and to the dealer at the end; where drafts are verified, both to the dealer too.</summary>
/// <param name="More">Whether another pass is wanted.</param>
/// <param name="Kept">Rows of the last pass that stay, which is the number of tokens that it gave; 1 for the prompt.</param>
/// <param name="Rows">Rows of the next pass; 0 where there is none.</param>
public sealed record NextStep(bool More, int Kept, int Rows)
{
    /// <summary>The end of a session.</summary>
    public static NextStep Done { get; } = new(false, 0, 0);
}
