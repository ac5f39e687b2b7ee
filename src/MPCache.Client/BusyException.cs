namespace MPCache.Client;

/// <summary>Too many calls wait already.</summary>
/// <param name="waiting">How many do.</param>
/// <param name="retryAfter">When a place may be free, going by what the last answers took.</param>
public sealed class BusyException(int waiting, TimeSpan retryAfter)
    : IOException($"The server answers one at a time, and {waiting} wait already. Try again in {retryAfter.TotalSeconds:F0} s.")
{
    /// <summary>When a place may be free.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
