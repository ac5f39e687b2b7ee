using System.Text;
using MPCache.Kernels;
using MPCache.Protocols;

namespace MPCache.Protocols.Tests;

/// <summary>docs/protocols.md is written by this test (MPCACHE_UPDATE_DOCS=1) and held equal to the code by it.</summary>
public class CostTableTests
{
    private const int Elements = 1024;

    private static readonly (string Name, string What, int Ring, int Frac, Func<Mpc, Secret, ValueTask> Run)[] Rows =
    [
        ("linear layer", "X (1 x 1024) times the server's 1024 x 1024 matrix; an element is an output", 64, 16, async (m, x) => await m
            .Multiply(x, new SizesOnly(Elements, Elements))),
        ("vector of weights", "X (1 x 1024) element by element with the server's", 64, 16, async (m, x) => await m.MultiplyElements(
            x,
            new SizesOnly(Elements, 1))),
        ("shrink", "division by 2^s into a ring smaller by s bits", 64, 16, (m, x) => Done(m.Shrink(x, 16))),
        ("widen", "Z_2^48 to Z_2^64; with a shrink before it, truncation", 48, 0, async (m, x) => await m.Widen(x, 64)),
        ("lift", "opening in Z_2^40 what is wanted in Z_2^64", 40, 16, async (m, x) => await m.Lift(x, 64)),
        ("mask", "opening under a mask in Z_2^64, once for all products", 64, 16, async (m, x) => await m.Mask(x)),
        ("product", "of two masked secrets", 64, 16, async (m, x) => m.Multiply(await m.Mask(x), await m.Mask(x))),
        ("sign", "of 32-bit values: eight digits", 32, 0, async (m, x) => await m.Negative(x.Words, 32)),
        ("positive part", "max(x, 0) after the sign", 32, 0, async (m, x) => await m.Positive(x.Words, await m.Negative(x.Words, 32), 32)),
        ("2^-x", "for x below 2^8 - 8", 21, 13, async (m, x) => await m.Exp2Negative(x, 20)),
        ("bound of the maximum", "of 2 rows of 512", 21, 13, async (m, x) => await m.UpperBound(x, 2, [512, 512])),
        ("softmax numerators", "of 2 rows of 512: bound, 2^-x, widening to Z_2^56", 21, 13, async (m, x) => await m.Numerators(
            x,
            2,
            [512, 512],
            56)),
        ("SiLU", "on (-16, 16)", 44, 12, async (m, x) => await Activation.Silu(4).Evaluate(m, x)),
        ("GELU", "on (-16, 16)", 44, 12, async (m, x) => await Activation.GeluTanh(4).Evaluate(m, x)),
        ("1/z", "over 16 octaves", 64, 20, async (m, x) => await Normalisation.Reciprocal(16, 32).Evaluate(m, x)),
        ("1/sqrt(z)", "over 26 octaves", 64, 20, async (m, x) => await Normalisation.ReciprocalSquareRoot(16, 42).Evaluate(m, x)),
        ("RMSNorm", "one row of 1024", 64, 14, async (m, x) => await new UnitNorm(Elements, 14, 1, 1 << 30, 1e-5, centre: false).Evaluate(
            m,
            x)),
        ("LayerNorm", "one row of 1024", 64, 14, async (m, x) => await new UnitNorm(Elements, 14, 1, 1 << 30, 1e-5, centre: true).Evaluate(
            m,
            x)),
        ("shuffle", "rows of one 48-bit word", 48, 0, async (m, x) => await m.Shuffle(x, m.DrawPermutation(Elements), 1)),
        ("top-k", "the 16 largest of each of 16 rows of 64 values of 20 bits, shuffled", 22, 0, async (m, x) => await m.Largest(
            x,
            m.DrawPermutation(64, 16),
            16,
            16)),
        ("range check", "the one bit of a phase, whatever was watched in it", 64, 0, async (m, _) => await m.OpenToClient(
            await m.Ranges.Close())),
        ("argmax", "of 1024 values of 17 bits", 40, 0, async (m, x) => await m.IndexOfLargest(x, 17)),
    ];

    [Fact]
    public void TheDocumentedCostsAreTheCodes()
    {
        string path = Repository.File("docs", "protocols.md"), expected = Document();
        if (Environment.GetEnvironmentVariable("MPCACHE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected, "docs/protocols.md is not what the code says: run the tests "
            + "once with MPCACHE_UPDATE_DOCS=1 and look at the difference.");
    }

    private static string Document()
    {
        var text = new StringBuilder("""
            # Protocols and costs

            The mathematics is in [mathematics.md](mathematics.md); formula, range, error bound and source stand beside the code, in
            `src/MPCache.Protocols/Primitives` and `Functions`. This table is written by `tests/MPCache.Protocols.Tests/CostTableTests.cs` from the cost engine, which runs
            the same code as the parties; other tests hold both to what crosses the wire.

            1,024 elements each. A round is one exchange. Bytes are payload; dealt bytes go from the dealer to the server, the client
            downloads no correlations.

            | protocol | of | rounds | client to server | server to client | dealt | online, an element | dealt, an element |
            |---|---|---:|---:|---:|---:|---:|---:|

            """);
        foreach ((string name, string what, int ring, int frac, Func<Mpc, Secret, ValueTask> run) in Rows)
        {
            using var mpc = new Mpc(Role.Cost, new CostCorrelations(), null, new AesKey(new byte[16]));
            mpc.Run(async () =>
            {
                await run(mpc, new Secret(Words.Shape(Elements), ring, frac));
                return 0;
            });
            Cost c = mpc.Tally.Total;
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"| {name} | {what} | {c.Rounds} | {c.ToServer:N0} | {c.ToClient:N0} | {c.Dealt:N0} | {c.Online / (double)Elements:F2} B "
                    + $"| {c.Dealt / (double)Elements:F1} B |\n");
        }

        return text.ToString();
    }

    private static ValueTask Done(Secret _) => ValueTask.CompletedTask;

    private sealed class SizesOnly(int rows, int columns) : IWeights
    {
        public int Rows => rows;

        public int Columns => columns;

        public int Frac => 14;

        public ReadOnlySpan<short> Plain => default;

        public ReadOnlySpan<ulong> Masked => default;

        public ReadOnlySpan<ulong> BiasFor(int xFrac) => default;
    }
}
