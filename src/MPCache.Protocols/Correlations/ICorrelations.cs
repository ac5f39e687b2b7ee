namespace MPCache.Protocols;

/// <summary>
/// A source of correlated randomness: the kinds that protocols ask for, in the field's terms. A protocol never says how a correlation is
/// made. Today a dealer makes them
/// (<see cref="DealtCorrelations"/>); parties that make them among themselves would be a second implementation.
/// </summary>
/// <remarks>
/// All roles make the same calls in the same order. What a call returns depends on the role: the client and the server get shares, the
/// dealer gets the value itself, the
/// clear engine gets it for masks that are all zero, the cost engine gets a shape. Words of a mask are uniform in 64 bits; a kind that
/// takes a ring is right modulo
/// 2^ring. Arguments are masks that this source gave out before. Every correlation is for one use.
/// </remarks>
public interface ICorrelations : IDisposable
{
    /// <summary>Where the words of a run live; the run empties it step by step.</summary>
    Arena Arena { get; }

    /// <summary>Bytes of corrections so far, where this role sends, receives or counts them.</summary>
    long Dealt { get; }

    /// <summary>Time spent here: expanding seeds, computing what is dealt, waiting for corrections and unpacking them.</summary>
    TimeSpan Time { get; }

    /// <summary>The same bytes by kind.</summary>
    long DealtOf(CorrelationKind kind);

    /// <summary>
    /// A step is over: sends what has been gathered, where this role sends, and forgets which masks it gave out. None of them may be used
    /// afterwards.
    /// </summary>
    void EndStep();

    /// <summary>
    /// A mask is about to cover a message of so many words. Words kept beyond a step are handed out again with <see cref="HandOn"/> before.
    /// </summary>
    /// <exception cref="InvalidOperationException">It has covered another, is too short, is a dealt share or no mask at all.</exception>
    void Spend(Words mask, int words);

    /// <summary>
    /// Words copied from a client's mask that this source gave out in an earlier step, each of which is handed on once: they may cover one
    /// message now.
    /// </summary>
    Words HandOn(Words copied);

    /// <summary>A mask of <paramref name="n"/> uniform words, shared additively. Nothing is dealt.</summary>
    Words Mask(int n);

    /// <summary>A mask of so many uniform bits, packed, shared by exclusive or. Nothing is dealt.</summary>
    Words BitMask(long bits);

    /// <summary>A mask of <paramref name="n"/> words that the client knows; a shape at the server. Nothing is dealt.</summary>
    Words ClientMask(int n);

    /// <summary>A mask of <paramref name="n"/> words that the server knows; a shape at the client. Nothing is dealt.</summary>
    Words ServerMask(int n);

    /// <summary>Uniform bits that each party draws for itself: (client's, server's), each a shape at the other. Nothing is dealt.</summary>
    (Words Client, Words Server) PrivateBits(long bits);

    /// <summary>a b, element by element; ceil(ring/8) bytes an element.</summary>
    Words Product(Words a, Words b, int ring);

    /// <summary>Each row of a (rows x columns) times its element of b (rows); ceil(ring/8) bytes an element of a.</summary>
    Words RowProduct(Words a, Words b, int ring);

    /// <summary>Sum of squares of each row of a; ceil(ring/8) bytes a row.</summary>
    Words RowSquares(Words a, int rows, int ring);

    /// <summary>a b for a (m x k) and b (k x n): m x n; ceil(ring/8) bytes an element of the result.</summary>
    Words MatrixProduct(Words a, Words b, int m, int n, int k, int ring);

    /// <summary>a b^T for a (m x k) and b (n x k): m x n; ceil(ring/8) bytes an element of the result.</summary>
    Words MatrixProductTransposed(Words a, Words b, int m, int n, int k, int ring);

    /// <summary>
    /// a B^T for a client's mask a (m x k) and the mask B (n x k) of the server's weights: m x n, ceil(ring/8) bytes an element.
    /// </summary>
    /// <param name="a">From <see cref="ClientMask"/>.</param>
    /// <param name="weights">The weights as this role holds them.</param>
    /// <param name="m">Rows of a.</param>
    /// <param name="ahead">The product, where it was computed beforehand; <see cref="ProductsAhead"/>.</param>
    /// <param name="ring">Bits of the ring of the result.</param>
    Words WeightProduct(Words a, IWeights weights, int m, Words ahead, int ring);

    /// <summary>
    /// a b for a client's mask a (rows x n) and the mask b (n) of a vector of the server's weights, element by element in Z_2^64: 8 bytes
    /// an element.
    /// </summary>
    /// <param name="a">From <see cref="ClientMask"/>.</param>
    /// <param name="weights">The vector (n x 1) as this role holds it.</param>
    Words WeightElementProduct(Words a, IWeights weights);

    /// <summary>
    /// a B for a client's mask a (m x vocabulary, four 16-bit values a word) and the mask B of an embedding table: m x width in Z_2^16, 2
    /// bytes an element.
    /// </summary>
    Words TableProduct(Words a, IEmbeddingTable table, int m);

    /// <summary>
    /// Unit vectors of the <paramref name="bits"/> bits of each word of r from <paramref name="shift"/> on, shared by exclusive or:
    /// 2^(bits-3) bytes an element.
    /// </summary>
    Words UnitVectors(Words r, int shift, int bits);

    /// <summary>
    /// Unit vectors of the digits below the sign bit of r in Z_2^ring, shared by exclusive or: element by element, lowest digit first;
    /// 2^(digitBits-3) bytes a digit.
    /// The top digit may have fewer bits.
    /// </summary>
    Words DigitUnitVectors(Words r, int ring, int digits, int digitBits);

    /// <summary>
    /// The same for planes of mask bits that lie one after the other without gaps: planes x n; ceil(ring/8) bytes an element.
    /// </summary>
    Words FlatBitProduct(Words rho, Words a, int planes, int ring);

    /// <summary>One bit of each word of r, packed, shared by exclusive or: one bit an element, in whole words.</summary>
    Words MaskBit(Words r, int bit);

    /// <summary>
    /// ANDs of all subsets of k planes of mask bits, <paramref name="words"/> packed words each, as <c>mpcache.h</c> orders them: 2^k - 1
    /// bits a bit.
    /// </summary>
    Words AndSubsets(Words rho, int k, int words);

    /// <summary>
    /// The products of mask bits that a carry chain of so many digits needs, as <c>mpcache.h</c> orders them: 2^d + 2^(d-1) - 2 bits a bit.
    /// </summary>
    Words ChainProducts(Words rho, int digits, int words);

    /// <summary>Mask bits (planes of n, packed) as words: planes x n; ceil(ring/8) bytes a bit.</summary>
    Words BitsAsWords(Words rho, int planes, int n, int ring);

    /// <summary>
    /// Mask bits (planes of n, packed) times the mask a (n words), plane by plane: planes x n; ceil(ring/8) bytes an element.
    /// </summary>
    Words BitProduct(Words rho, Words a, int planes, int ring);

    /// <summary>One bit of each word of r, as words: ceil(ring/8) bytes an element.</summary>
    Words BitOfWords(Words r, int bit, int ring);

    /// <summary>The lowest bits of each word of r, as words: ceil(ring/8) bytes an element.</summary>
    Words LowBits(Words r, int bits, int ring);

    /// <summary>
    /// 2^-x for the x in the lowest bits of each word of r, read with <paramref name="xFrac"/> fractional bits; the result has <paramref
    /// name="frac"/>.
    /// </summary>
    Words PowerOfLowBits(Words r, int bits, int xFrac, int frac, int ring);

    /// <summary>AND of the parties' private bits, as words: n; ceil(ring/8) bytes an element.</summary>
    Words AndOfPrivateBits(Words client, Words server, int n, int ring);

    /// <summary>
    /// Rows of a, row i of the result being row order[i]; order is known to one party and moves rows within blocks of <paramref
    /// name="block"/> alone. ceil(ring/8) bytes a word.
    /// </summary>
    Words PermutedRows(Words a, uint[] order, int block, int rowWords, int ring);
}
