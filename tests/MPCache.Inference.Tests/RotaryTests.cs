using MPCache.Models;

namespace MPCache.Inference.Tests;

public class RotaryTests
{
    public static IEnumerable<object[]> Rotating =>
        ModelConfig.KnownNames.Where(n => ModelConfig.Known(n)!.Rotary is not null).Select(n => new object[] { n });

    [Theory]
    [MemberData(nameof(Rotating))]
    public void A_key_turned_further_is_the_key_of_a_later_position(string model)
    {
        RotaryPositions rotary = ModelConfig.Known(model)!.Rotary!;
        var random = new Random(3);
        float[] key = [.. Enumerable.Range(0, rotary.Dimensions).Select(_ => (float)((random.NextDouble() * 4) - 2))];
        float[] turned = [.. key], later = [.. key];
        RotaryTable.Rotate(rotary, false, turned, 17);
        RotaryTable.Rotate(rotary, false, turned, 420);
        RotaryTable.Rotate(rotary, false, later, 437);
        Assert.All(turned.Zip(later), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }
}
