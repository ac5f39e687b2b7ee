using MPCache.Kernels.Tests;

namespace MPCache.Kernels.Bench;

/// <summary>A kernel as protocols use it, for so many elements, and the same in the C# that one would write first.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="Create">The call for so many elements; for matrix products, so many outputs.</param>
/// <param name="Naive">The naive twin, on the call's buffers.</param>
/// <param name="Work">What bounds it beside memory.</param>
/// <param name="PerElement">How much of it an element takes.</param>
internal sealed record Workload(string Name, Func<Data, int, KernelCall> Create, Action<KernelCall> Naive, Work Work, double PerElement)
{
    /// <summary>Rows of SmolLM2-135M's layers, and a head's width.</summary>
    private const int Width = 576, Head = 64;

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        Of("LinearOneRow", (d, n) => new GemmNtU64I16Call(d, n, Width, Width, 1, n, Width, 0), NaiveTwins.Gemm, Work.Narrow, Width),
        Of("LinearEightRows", (d, n) => new GemmNtU64I16Call(d, n / 8, Width, Width, 8, n / 8, Width, 0), NaiveTwins.Gemm,
            Work.Narrow, Width),
        Of("MaskedLinearOneRow", (d, n) => new GemmNtU64Call(d, n, Width, Width, 1, n, Width, 0), NaiveTwins.Gemm, Work.Products, Width),
        Of("MaskedLinearEightRows", (d, n) => new GemmNtU64Call(d, n / 8, Width, Width, 8, n / 8, Width, 0), NaiveTwins.Gemm,
            Work.Products, Width),
        Of("Scores", (d, n) => new GemmNtU64Call(d, n, Head, Head, 1, n, Head, 0), NaiveTwins.Gemm, Work.Products, Head),
        Of("WeightedSum", (d, n) => new GemmNnU64Call(d, Head, n, Head, 1, Head, n, 0), NaiveTwins.Gemm, Work.Products, Head),
        Of("Masks", (d, n) => new PrgFillCall(d, 1, 0, n), NaiveTwins.PrgFill, Work.Blocks, 0.5),
        Of("BeaverFinish", (d, n) => new BeaverCall(d, 1, n), NaiveTwins.Beaver, Work.Products, 3),
        Of("Shift", (d, n) => new ShiftCall(d, 1, 48, 14, n), NaiveTwins.Shift, Work.Bytes, 0),
        Of("WidenFinish", (d, n) => new WidenFinishCall(d, 40, 1, n), NaiveTwins.WidenFinish, Work.Bytes, 0),
        Of("BitTimes", (d, n) => new BitTimesCall(d, 3, n), NaiveTwins.BitTimes, Work.Products, 2),
        Of("TableLookUp", (d, n) => new UnitLookupCall(d, 24, 9, n), NaiveTwins.UnitLookup, Work.Bytes, 0),
        Of("Parities", (d, n) => new UnitParitiesCall(d, 7, n), NaiveTwins.UnitParities, Work.Bytes, 0),
        Of("CompareDigits", (d, n) => new DigitsCompareCall(d, 8, 4, n), NaiveTwins.DigitsCompare, Work.Bytes, 0),
        Of("Exponential", (d, n) => new Exp2NegCall(d, 13, 30, n), NaiveTwins.Exp2Neg, Work.Bytes, 0),
        Of("PackFiveBytes", (d, n) => new PackCall(d, 5, n), NaiveTwins.Pack, Work.Bytes, 0),
        Of("UnpackFiveBytes", (d, n) => new UnpackAddCall(d, 5, n), NaiveTwins.UnpackAdd, Work.Bytes, 0),
    ];

    /// <summary>Twins that compute something else would be compared for nothing: each must give its kernel's output.</summary>
    public void CheckTwin()
    {
        KernelCall kernel = Create(new Data(5), 192), naive = Create(new Data(5), 192);
        kernel.Run();
        Naive(naive);
        foreach ((Array expected, Array found) in kernel.Outputs.Zip(naive.Outputs))
        {
            for (int i = 0; i < expected.Length; i++)
            {
                // The exponential is right to a unit, and its twin rounds its own way.
                ulong a = Convert.ToUInt64(expected.GetValue(i)), b = Convert.ToUInt64(found.GetValue(i));
                if (a != b && !(kernel is Exp2NegCall && (a - b == 1 || b - a == 1)))
                {
                    throw new InvalidOperationException($"{Name}: the naive twin's element {i} is {b}, the kernel's {a}.");
                }
            }
        }
    }

    private static Workload Of<TCall>(string name, Func<Data, int, TCall> create, Action<TCall> naive, Work work, double perElement)
        where TCall : KernelCall =>
        new(name, create, call => naive((TCall)call), work, perElement);
}
