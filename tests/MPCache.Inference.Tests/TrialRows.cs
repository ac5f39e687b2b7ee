using MPCache.Cache;
using MPCache.Kernels;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Inference.Tests;

/// <summary>
/// Random keys and queries of a few layers: the prompt's keys, its last queries, and one step's. They are rounded as the engine on shares
/// rounds them, so that what
/// engines decide differs by their own errors alone.
/// </summary>
internal sealed class TrialRows
{
    private const int KeyFrac = 11, QueryFrac = 13;

    public TrialRows(CacheShape shape, int window, int seed)
    {
        (Shape, Window) = (shape, window);
        var random = new Random(seed);
        double scale = Math.Log2(Math.E) / Math.Sqrt(shape.HeadDim);
        float Round(double value, int frac) => (float)Math.ScaleB(Math.Round(Math.ScaleB(value, frac)), -frac);
        float[][] Of(int heads, int rows, double factor, int frac) => [.. Enumerable.Range(0, shape.Layers).Select(_ =>
            Enumerable.Range(0, heads * rows * shape.HeadDim).Select(_ => Round(factor * ((random.NextDouble() * 4) - 2), frac))
                .ToArray())];
        (Keys, Queries) = (Of(shape.KeyHeads, shape.Prompt, 1, KeyFrac), Of(shape.Heads, window, scale, QueryFrac));
        (StepKeys, StepQueries) = (Of(shape.KeyHeads, 1, 1, KeyFrac), Of(shape.Heads, 1, scale, QueryFrac));
    }

    public CacheShape Shape { get; }

    public int Window { get; }

    /// <summary>By layer: key heads x prompt x head dim.</summary>
    public float[][] Keys { get; }

    /// <summary>By layer: heads x window x head dim, with the scale of scores.</summary>
    public float[][] Queries { get; }

    /// <summary>By layer: key heads x head dim.</summary>
    public float[][] StepKeys { get; }

    /// <summary>By layer: heads x head dim.</summary>
    public float[][] StepQueries { get; }
}
