namespace MPCache.Inference;

/// <summary>
/// Guesses how a text goes on. A pass verifies the guesses side by side and keeps those that the model makes itself, so a guess costs rows
/// and never changes the text (Leviathan, Kalman, Matias, 2023).
/// </summary>
public interface IDrafter
{
    /// <summary>Up to so many tokens that may follow <paramref name="text"/>, which is not empty; none where nothing is guessed.</summary>
    int[] Draft(IReadOnlyList<int> text, int most);
}
