namespace MPCache.Bench;

/// <summary>Holds what crossed the wire to what the cost engine predicted.</summary>
internal static class Predictions
{
    /// <summary>Whether every phase took the predicted rounds and bytes.</summary>
    public static bool Hold(GenerationReport report) => FirstWrong(report) is null;

    /// <summary>Refuses a run that took something else.</summary>
    /// <exception cref="InvalidOperationException">It names the phase and both figures.</exception>
    public static void Demand(GenerationReport report)
    {
        if (FirstWrong(report) is { } wrong)
        {
            string predicted = wrong.Predicted is { } p ? $"predicted were {p.Rounds} rounds and {p.Bytes}" : "nothing was predicted";
            throw new InvalidOperationException(
                $"Under {report.Policy} a phase took {wrong.Rounds} rounds and {wrong.Bytes}; {predicted}. Please report this.");
        }
    }

    private static PhaseLine? FirstWrong(GenerationReport report) =>
        report.Decode.Prepend(report.Prefill).FirstOrDefault(p => p.Predicted is not { } q || q.Rounds != p.Rounds || q.Bytes != p.Bytes);
}
