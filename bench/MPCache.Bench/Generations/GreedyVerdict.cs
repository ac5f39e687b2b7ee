
namespace MPCache.Bench;

/// <summary>
/// How far a private text follows the reference: compared up to the first departure, which is excused where the reference itself was almost
/// undecided.
/// </summary>
internal readonly record struct GreedyVerdict(int Equal, int Compared, bool Excused)
{
    private const double Undecided = 0.1;

    /// <summary>Compares token by token.</summary>
    public static GreedyVerdict Of(GreedyPrompt reference, int[] tokens)
    {
        int equal = reference.GreedyIds.Zip(tokens).TakeWhile(t => t.First == t.Second).Count();
        if (equal == reference.GreedyIds.Length)
        {
            return new GreedyVerdict(equal, equal, false);
        }

        bool excused = reference.Margins[equal] < Undecided;
        return new GreedyVerdict(equal, excused ? equal : equal + 1, excused);
    }
}
