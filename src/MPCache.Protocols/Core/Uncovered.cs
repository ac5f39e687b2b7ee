namespace MPCache.Protocols;

/// <summary>The messages that go without a mask, each with its reason. There are no others.</summary>
internal enum Uncovered
{
    /// <summary>
    /// The order of keys that were shuffled by a permutation that neither party knows, and made distinct by their index: uniformly random
    /// whatever the keys are.
    /// </summary>
    OrderOfShuffledKeys,

    /// <summary>
    /// Places in the text of rows that were shuffled by a fresh permutation: a uniformly random order of a set whose size is public.
    /// </summary>
    PlacesOfShuffledRows,

    /// <summary>The result, to the client, who is to have it.</summary>
    ResultForTheClient,
}
