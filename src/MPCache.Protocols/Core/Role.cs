namespace MPCache.Protocols;

/// <summary>Who runs the program. The program is the same for all.</summary>
public enum Role
{
    /// <summary>Party 0: owns the prompt, draws all of its correlated randomness from its seed.</summary>
    Client,

    /// <summary>Party 1: owns the weights, receives corrections from the dealer.</summary>
    Server,

    /// <summary>Draws the masks of both parties from their seeds and sends the corrections to the server. Sees no online message.</summary>
    Dealer,

    /// <summary>
    /// One process that holds the values themselves: every mask is zero and every share is the value. The fixed-point oracle.
    /// </summary>
    Clear,

    /// <summary>Counts rounds, bytes and correlations; holds no value.</summary>
    Cost,
}
