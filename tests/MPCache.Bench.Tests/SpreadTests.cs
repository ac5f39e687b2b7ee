using CsCheck;

namespace MPCache.Bench.Tests;

/// <summary>The statistics of repeated and of paired runs.</summary>
public class SpreadTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3, 3, 3)]
    [InlineData(new[] { 4.0, 1 }, 2.5, 1.75, 3.25)]
    [InlineData(new[] { 5.0, 1, 3 }, 3, 2, 4)]
    [InlineData(new[] { 9.0, 1, 2, 3, 4 }, 3, 2, 4)]
    public void QuantilesAreLinearBetweenRuns(double[] runs, double median, double low, double high)
        => Assert.Equal(new Spread(median, low, high), Spread.Of(runs));

    [Fact]
    public void TheMedianIsNoMean() => Assert.Equal(2, Spread.Of([1, 2, 1000]).Median);

    [Fact]
    public void NoRunHasNoSpread() => Assert.Throws<ArgumentException>(() => Spread.Of([]));

    [Fact]
    public void RatiosAreOfPairs()
    {
        // The machine became ten times slower between the pairs: both ratios are 2, that of the medians is not.
        Assert.Equal(new Spread(2, 2, 2), Spread.OfRatios([2, 20, 200], [1, 10, 100]));
        Assert.Throws<ArgumentException>(() => Spread.OfRatios([1, 2], [1]));
    }

    [Fact]
    public void ASpreadLiesWithinItsRunsAndIsOrdered() => Gen.Double[0.001, 1e6].Array[1, 40].Sample(runs =>
    {
        var spread = Spread.Of(runs);
        Assert.InRange(spread.Low, runs.Min(), spread.Median);
        Assert.InRange(spread.High, spread.Median, runs.Max());
        Assert.True(runs.Count(r => r <= spread.Median) * 2 >= runs.Length);
    });

    [Fact]
    public async Task PairedRunsTakeTurnsAndForgetTheWarmOnes()
    {
        var order = new List<string>();
        string[][] results = await Paired.Run(["a", "b"], runs: 2, warm: 1, way =>
        {
            order.Add(way);
            return Task.FromResult($"{way}{order.Count}");
        });
        Assert.Equal(["a", "b", "a", "b", "a", "b"], order);
        Assert.Equal([["a3", "a5"], ["b4", "b6"]], results);
    }
}
