using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

public class ShuffleTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(37, 3)]
    [InlineData(500, 1)]
    public void RowsAreKeptWholeAndComeBack(int rows, int rowWords)
    {
        long[] x = [.. Enumerable.Range(0, rows * rowWords).Select(i => (long)i * 1_000_003)];
        Harness.Outcome shuffled = Harness.Run(x, 48, 0, (mpc, s) => mpc.Shuffle(s, mpc.DrawPermutation(rows), rowWords));
        string[] before = [.. x.Chunk(rowWords).Select(r => string.Join(' ', r))], after = [.. shuffled.Values.Chunk(rowWords)
            .Select(r => string.Join(' ', r))];
        Assert.Equal(before.Order(), after.Order());
        Assert.True(rows == 1 || !before.SequenceEqual(after));
        Assert.Equal(shuffled.Predicted, shuffled.Measured);
        Assert.Equal(2, shuffled.Measured.Rounds);

        Harness.Outcome back = Harness.Run(x, 48, 0, async (mpc, s) =>
        {
            SecretPermutation order = mpc.DrawPermutation(rows);
            return await mpc.Unshuffle(await mpc.Shuffle(s, order, rowWords), order, rowWords);
        });
        Assert.Equal(x, back.Values);
        Assert.Equal(back.Predicted, back.Measured);
    }

    [Fact]
    public void EveryPlaceIsAsLikelyAsAnother()
    {
        int[] counts = new int[8];
        for (ulong seed = 1; seed <= 400; seed++)
        {
            long[] x = [1, 0, 0, 0, 0, 0, 0, 0];
            counts[Array.IndexOf(Harness.Run(x, 16, 0, (mpc, s) => mpc.Shuffle(s, mpc.DrawPermutation(8), 1), seed).Values, 1)]++;
        }

        double chi = counts.Sum(c => (c - 50.0) * (c - 50.0) / 50);
        Assert.True(chi < 35, $"chi-squared {chi:F1} over 8 cells");
    }
}
