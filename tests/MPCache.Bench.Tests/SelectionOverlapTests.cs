namespace MPCache.Bench.Tests;

/// <summary>How alike the selections of layers are.</summary>
public class SelectionOverlapTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3 }, new[] { 2, 3, 4, 5 }, 0.5)]
    [InlineData(new[] { 1 }, new[] { 1 }, 1)]
    [InlineData(new[] { 1 }, new[] { 2 }, 0)]
    [InlineData(new int[0], new int[0], 1)]
    [InlineData(new int[0], new[] { 2 }, 0)]
    public void Overlap_is_the_share_of_the_larger_set(int[] a, int[] b, double overlap)
        => Assert.Equal(overlap, SelectionOverlap.Of(a, b));

    [Fact]
    public void Overlap_of_layers_is_a_symmetric_mean_over_heads()
    {
        double[,] matrix = SelectionOverlap.Matrix([[[0, 1], [0, 1]], [[0, 1], [2, 3]], [[5, 6], [1, 3]]]);
        Assert.Equal(new[,] { { 1, 0.5, 0.25 }, { 0.5, 1, 0.25 }, { 0.25, 0.25, 1 } }, matrix);
        Assert.Throws<ArgumentException>(() => SelectionOverlap.Matrix([[[0]], [[0], [1]]]));
    }
}
