namespace MPCache.Protocols.Tests;

/// <summary>The sorting network against plain sorting and indexing.</summary>
public sealed class ObliviousRowsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(3, 2, 1)]
    [InlineData(7, 3, 5)]
    [InlineData(64, 2, 8)]
    [InlineData(100, 3, 9)]
    [InlineData(513, 1, 2)]
    public void OrdersInversesAndRowsAreThose(int block, int blocks, int rowWords)
    {
        var random = new Random(block);
        int n = block * blocks;
        ulong[] keys = [.. Enumerable.Range(0, n).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue))];
        uint[] order = ObliviousRows.OrderOf(keys, block);
        uint[] expected = [.. Enumerable.Range(0, n).OrderBy(i => (i / block, keys[i])).Select(i => (uint)i)];
        Assert.Equal(expected, order);

        uint[] inverse = ObliviousRows.Inverse(order, block);
        Assert.All(Enumerable.Range(0, n), i => Assert.Equal((uint)i, inverse[order[i]]));

        ulong[] from = [.. Enumerable.Range(0, n * rowWords).Select(i => (ulong)i)], to = new ulong[from.Length];
        ObliviousRows.Permute(to, from, order, block, rowWords);
        Assert.Equal(order.SelectMany(row => from.AsSpan((int)row * rowWords, rowWords).ToArray()), to);
    }
}
