namespace MPCache.Secrecy.Tests;

/// <summary>A mistake in a party's randomness that a protocol's code does not notice, and every test here must.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="In">The party's streams with the fault in them, given what an honest run drew.</param>
internal sealed record PlantedFault(string Name, Func<StreamOf, IReadOnlyList<RecordedDraw>, StreamOf> In)
{
    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        new("one mask covers two messages", (streams, draws) => Twice(streams, draws, d => d.Sharing == Draws.Sharing.Sum)),
        new("one mask of bits covers two messages", (streams, draws) => Twice(streams, draws, d => d.Sharing == Draws.Sharing.Xor)),
        new("one mask of a layer's input covers two", (streams, draws) => Twice(streams, draws, d => d.Sharing == Draws.Sharing.Client)),
        new("one correction is dealt twice", (streams, draws) => Twice(streams, draws, d => d.Sharing is null)),
        new("a mask is a bit short", (streams, _) => Changed(streams, StreamKind.Private, w => w & (ulong.MaxValue >> 1))),
        new("a mask leaves the lowest bit bare", (streams, _) => Changed(streams, StreamKind.Mask, w => w & ~1ul)),
        new("rows stand where they stood", (streams, draws) => (nonce, words) =>
        {
            streams(nonce, words);
            int place = Streams.PlaceOf(nonce);
            // A permutation's draw is not followed by a function of two masks, as that for a widening is.
            bool permutes = draws[place].Sharing == Draws.Sharing.Private && draws[place + 1].Args.Length != 2;
            for (int i = 0; permutes && i < words.Length; i++)
            {
                words[i] = (ulong)i << 32;
            }
        }
        ),
    ];

    /// <summary>Of the draws of a sort, the second of some length repeats the first.</summary>
    private static StreamOf Twice(StreamOf streams, IReadOnlyList<RecordedDraw> draws, Predicate<RecordedDraw> sort)
    {
        int[] places = [.. Enumerable.Range(0, draws.Count).Where(i => sort(draws[i]) && draws[i].Share is { Length: >= 16 })];
        int[] same = [.. places.GroupBy(i => draws[i].Share!.Length).First(g => g.Count() > 2).Take(2)];
        return (nonce, words) => streams(Streams.PlaceOf(nonce) == same[1] ? nonce - (ulong)(same[1] - same[0]) : nonce, words);
    }

    private static StreamOf Changed(StreamOf streams, StreamKind kind, Func<ulong, ulong> change) => (nonce, words) =>
    {
        streams(nonce, words);
        for (int i = 0; Streams.KindOf(nonce) == kind && i < words.Length; i++)
        {
            words[i] = change(words[i]);
        }
    };
}
