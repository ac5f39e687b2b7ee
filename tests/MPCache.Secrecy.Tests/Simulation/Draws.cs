using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// A source of correlations in which every draw passes one of two methods, numbered as <see cref="DealtCorrelations"/> numbers its
/// streams: a mask (<see cref="Drawn"/>) or a dealt function of masks (<see cref="Dealt"/>).
/// </summary>
internal abstract class Draws : ICorrelations
{
    /// <summary>Who holds what of a mask, and how the two shares make the whole.</summary>
    public enum Sharing
    {
        /// <summary>Both, by addition.</summary>
        Sum,

        /// <summary>Both, by exclusive or.</summary>
        Xor,

        /// <summary>The client alone.</summary>
        Client,

        /// <summary>The server alone.</summary>
        Server,

        /// <summary>Each its own.</summary>
        Private,
    }

    /// <summary>A function of masks that is dealt.</summary>
    /// <param name="Formula">Asks a source for it: (source, arguments, this role's or the mask's weights).</param>
    /// <param name="Args">The masks, as this role holds them.</param>
    /// <param name="Xor">Whether shares of the result make it by exclusive or.</param>
    /// <param name="XorArgs">The same of each argument.</param>
    public sealed record Function(Func<ICorrelations, Words[], object?, Words> Formula, Words[] Args, bool Xor, bool[] XorArgs)
    {
        /// <summary>The weights as this role holds them, where the function has any.</summary>
        public object? Weights { get; init; }

        /// <summary>The client's products with its masked weights, computed ahead.</summary>
        public Words Ahead { get; init; }

        /// <summary>A permutation of rows, where this role owns it.</summary>
        public uint[] Order { get; init; } = [];

        /// <summary>The ring in which shares of a sum are right.</summary>
        public int Ring { get; init; } = 64;

        /// <summary>Whether its arguments are what each party drew for itself to widen a share.</summary>
        public bool IsOfPrivateBits { get; init; }

        /// <summary>Whether its argument masks 16-bit values, four a word.</summary>
        public bool IsOfLanes { get; init; }
    }

    public abstract Arena Arena { get; }

    public virtual long Dealt => 0;

    public TimeSpan Time => TimeSpan.Zero;

    public long DealtOf(CorrelationKind kind) => 0;

    public abstract void EndStep();

    public abstract void Spend(Words mask, int words);

    public abstract Words HandOn(Words copied);

    /// <summary>Hears of the run's exchanges.</summary>
    public abstract void Watch(Mpc mpc);

    /// <summary>A mask: (the client's, the server's) words, of which this role's are returned with values.</summary>
    protected abstract (Words Client, Words Server) Drawn(Sharing sharing, int n, Func<ICorrelations, (Words, Words)> draw);

    /// <summary>This role's share of a function of masks.</summary>
    protected abstract Words Give(Function function);

    public Words Mask(int n) => Both(Drawn(Sharing.Sum, n, c => (c.Mask(n), default)));

    public Words BitMask(long bits) => Both(Drawn(Sharing.Xor, Words.ForBits(bits), c => (c.BitMask(bits), default)));

    public Words ClientMask(int n) => Drawn(Sharing.Client, n, c => (c.ClientMask(n), Words.Shape(n))).Client;

    public Words ServerMask(int n) => Drawn(Sharing.Server, n, c => (Words.Shape(n), c.ServerMask(n))).Server;

    public (Words Client, Words Server) PrivateBits(long bits) => Drawn(Sharing.Private, Words.ForBits(bits), c => c.PrivateBits(bits));

    public Words Product(Words a, Words b, int ring) => Sum(ring, (c, x) => c.Product(x[0], x[1], ring), a, b);

    public Words RowProduct(Words a, Words b, int ring) => Sum(ring, (c, x) => c.RowProduct(x[0], x[1], ring), a, b);

    public Words RowSquares(Words a, int rows, int ring) => Sum(ring, (c, x) => c.RowSquares(x[0], rows, ring), a);

    public Words MatrixProduct(Words a, Words b, int m, int n, int k, int ring)
        => Sum(ring, (c, x) => c.MatrixProduct(x[0], x[1], m, n, k, ring), a, b);

    public Words MatrixProductTransposed(Words a, Words b, int m, int n, int k, int ring)
        => Sum(ring, (c, x) => c.MatrixProductTransposed(x[0], x[1], m, n, k, ring), a, b);

    public Words WeightProduct(Words a, IWeights weights, int m, Words ahead, int ring) => Give(
        new(
            (c, x, w) => c.WeightProduct(x[0], (IWeights)w!, m, ReferenceEquals(w, weights) ? ahead : default, ring),
            [a],
            false,
            [false])
        {
            Ring = ring,
            Weights = weights,
            Ahead = ahead,
        });

    public Words WeightElementProduct(Words a, IWeights weights)
        => Give(new((c, x, w) => c.WeightElementProduct(x[0], (IWeights)w!), [a], false, [false]) { Weights = weights });

    public Words TableProduct(Words a, IEmbeddingTable table, int m) => Give(
        new((c, x, w) => c.TableProduct(x[0], (IEmbeddingTable)w!, m), [a], false, [false])
        {
            Weights = table,
            IsOfLanes = true,
            Ring = 16,
        });

    public Words UnitVectors(Words r, int shift, int bits) => Xor((c, x) => c.UnitVectors(x[0], shift, bits), false, r);

    public Words DigitUnitVectors(Words r, int ring, int digits, int digitBits)
        => Xor((c, x) => c.DigitUnitVectors(x[0], ring, digits, digitBits), false, r);

    public Words MaskBit(Words r, int bit) => Xor((c, x) => c.MaskBit(x[0], bit), false, r);

    public Words AndSubsets(Words rho, int k, int words) => Xor((c, x) => c.AndSubsets(x[0], k, words), true, rho);

    public Words ChainProducts(Words rho, int digits, int words) => Xor((c, x) => c.ChainProducts(x[0], digits, words), true, rho);

    public Words BitsAsWords(Words rho, int planes, int n, int ring)
        => Give(new((c, x, _) => c.BitsAsWords(x[0], planes, n, ring), [rho], false, [true]) { Ring = ring });

    public Words BitProduct(Words rho, Words a, int planes, int ring)
        => Give(new((c, x, _) => c.BitProduct(x[0], x[1], planes, ring), [rho, a], false, [true, false]) { Ring = ring });

    public Words FlatBitProduct(Words rho, Words a, int planes, int ring)
        => Give(new((c, x, _) => c.FlatBitProduct(x[0], x[1], planes, ring), [rho, a], false, [true, false]) { Ring = ring });

    public Words BitOfWords(Words r, int bit, int ring) => Sum(ring, (c, x) => c.BitOfWords(x[0], bit, ring), r);

    public Words LowBits(Words r, int bits, int ring) => Sum(ring, (c, x) => c.LowBits(x[0], bits, ring), r);

    public Words PowerOfLowBits(Words r, int bits, int xFrac, int frac, int ring)
        => Sum(ring, (c, x) => c.PowerOfLowBits(x[0], bits, xFrac, frac, ring), r);

    public Words AndOfPrivateBits(Words client, Words server, int n, int ring) => Give(
        new((c, x, _) => c.AndOfPrivateBits(x[0], x[1], n, ring), [client, server], false, [false, false])
        {
            IsOfPrivateBits = true,
            Ring = ring,
        });

    public Words PermutedRows(Words a, uint[] order, int block, int rowWords, int ring) => Give(
        new((c, x, o) => c.PermutedRows(x[0], (uint[])o!, block, rowWords, ring), [a], false, [false])
        {
            Order = order,
            Weights = order,
            Ring = ring,
        });

    private Words Sum(int ring, Func<ICorrelations, Words[], Words> formula, params Words[] args)
        => Give(new((c, x, _) => formula(c, x), args, false, [.. args.Select(_ => false)]) { Ring = ring });

    private Words Xor(Func<ICorrelations, Words[], Words> formula, bool xorArgs, params Words[] args)
        => Give(new((c, x, _) => formula(c, x), args, true, [.. args.Select(_ => xorArgs)]));

    private static Words Both((Words Client, Words Server) drawn) => drawn.Client;

    public abstract void Dispose();
}
