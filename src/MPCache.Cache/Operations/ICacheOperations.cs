namespace MPCache.Cache;

/// <summary>
/// What attention and cache policies are written over: an engine's operations on its tensors, row-major, of shapes that the caller knows.
/// The engines in the clear
/// compute them on floats; on shares each is a protocol with the rounds and bytes that it names, the same whatever the values. Nothing here
/// lets a policy look
/// at a value, so a policy cannot branch on one or leak it.
/// </summary>
/// <remarks>
/// What takes no round on shares returns a tensor; the rest returns a task. Tasks that are started before one of them is awaited share
/// their rounds.
/// A policy that needs an operation which is not here adds it to this interface and to its two implementations; no other policy is touched.
/// </remarks>
/// <typeparam name="T">The engine's tensor.</typeparam>
public interface ICacheOperations<T>
{
    // ---- books and memory ------------------------------------------------------------------------------

    /// <summary>Names the part of the program that the following calls belong to: one of <see cref="Stages"/>.</summary>
    void Stage(string name);

    /// <summary>
    /// Temporary memory that is taken until the scope ends is given back then, and what was dealt so far is sent. Stored rows stay.
    /// </summary>
    IDisposable Scope();

    /// <summary>Storage of factors beyond the step: heads x capacity x width.</summary>
    StoredRows<Factor<T>> StoreFactors(int heads, int capacity, int width);

    /// <summary>Storage of tensors beyond the step, all zero: heads x capacity x width.</summary>
    StoredRows<T> Store(int heads, int capacity, int width);

    // ---- public linear maps: local on shares -----------------------------------------------------------

    /// <summary>x + y.</summary>
    T Add(T x, T y);

    /// <summary>x <paramref name="a"/> + y <paramref name="b"/> for public weights in [0, 1]; 10 more fractional bits on shares.</summary>
    T Blend(T x, double a, T y, double b);

    /// <summary>Runs of columns of each of <paramref name="blocks"/> equal blocks, one after the other: blocks x total length.</summary>
    T Columns(T x, int blocks, params (int From, int Count)[] runs);

    /// <summary>One of <paramref name="blocks"/> equal blocks.</summary>
    T Block(T x, int block, int blocks);

    /// <summary>-x.</summary>
    T Negate(T x);

    /// <summary>Each of <paramref name="blocks"/> blocks of <paramref name="rows"/> rows with its columns as rows.</summary>
    T Transposed(T x, int blocks, int rows);

    /// <summary>Blocks side by side: blocks x sum of widths. All parts are at the scale of the first.</summary>
    T Beside(int blocks, params T[] parts);

    /// <summary>
    /// Of each row (<paramref name="rows"/> of equal length) one run of elements, moved to another place of a row of
    /// <paramref name="columns"/>; zero elsewhere.
    /// </summary>
    T MoveRuns(T x, int rows, int columns, Func<int, (int From, int To, int Count)> runOf);

    /// <summary>So many ones, without fractional bits.</summary>
    T Ones(int length);

    /// <summary>So many zeros, at the scale of <paramref name="like"/>.</summary>
    T Zeros(T like, int length);

    /// <summary>Sums of runs of <paramref name="size"/> neighbouring elements.</summary>
    T SumsOfRuns(T x, int size);

    /// <summary>Sums of groups of neighbouring blocks: groups x block.</summary>
    T SumsOfBlocks(T x, int blocks, int groups);

    /// <summary>
    /// Each element of a block becomes the sum of itself, <paramref name="before"/> elements before it and <paramref name="after"/> after
    /// it, as far as the block has
    /// them; those that <paramref name="without"/> names by their place in the block count nothing.
    /// </summary>
    T SumsAround(T x, int blocks, int before, int after, Func<int, bool>? without = null);

    // ---- attention -------------------------------------------------------------------------------------

    /// <summary>
    /// Queries (heads x rows x head dim) times the first <paramref name="tokens"/> stored keys of their key head: heads x rows x tokens, in
    /// units of log2. Local.
    /// </summary>
    T Scores(Factor<T> queries, StoredRows<Factor<T>> keys, int rows, int tokens);

    /// <summary>Scores as softmax takes them: without what <see cref="CachePolicy.ScoreGrowth"/> reserved. Local.</summary>
    T ForSoftmax(T scores, int layer);

    /// <summary>
    /// 2^(score - M) for an M of each row near its largest score; scores are rows x columns, and columns from <paramref name="valid"/>[row]
    /// on get zero. Seven rounds.
    /// </summary>
    ValueTask<T> Numerators(T scores, int layer, int rows, int[] valid);

    /// <summary>Sums of rows. Local.</summary>
    T RowSums(T x, int rows);

    /// <summary>Reciprocals of rows' sums of <paramref name="columns"/> numerators, ready to divide.</summary>
    ValueTask<Factor<T>> Reciprocals(T sums, int columns);

    /// <summary>A tensor, ready for products. One round, ceil(ring/8) bytes an element each way.</summary>
    ValueTask<Factor<T>> Ready(T x);

    /// <summary>
    /// Weights (heads x rows x tokens) times stored values of their key head: heads x rows x head dim, ready to be divided. Two rounds.
    /// </summary>
    ValueTask<Factor<T>> WeightedSums(Factor<T> weights, StoredRows<Factor<T>> values, int rows, int tokens);

    /// <summary>Each row times its reciprocal. One round.</summary>
    ValueTask<T> Divide(Factor<T> x, Factor<T> reciprocals);

    /// <summary>The same where a matrix follows, in the ring that is left: local.</summary>
    T Average(Factor<T> sums, Factor<T> reciprocals);

    // ---- for policies: statistics ----------------------------------------------------------------------

    /// <summary>
    /// Attention that each token received from the rows <paramref name="from"/> and later, summed over them: heads x tokens.
    /// <paramref name="most"/> bounds what sums of it will come to. Two rounds, 7 bytes and a bit a row and head; 7 bytes a token and head
    /// dealt.
    /// </summary>
    ValueTask<T> Received(Attended<T> attended, int from, long most);

    /// <summary>Tensors as the keys of a layer: what queries can be multiplied by. Two rounds.</summary>
    ValueTask<Factor<T>> AsKeys(T x, int layer);

    /// <summary>Tensors as the queries of a layer: what keys can be multiplied by. Two rounds.</summary>
    ValueTask<Factor<T>> AsQueries(T x, int layer);

    /// <summary>True where a layer's queries and keys are rotated by their positions.</summary>
    bool Rotates(int layer);

    /// <summary>
    /// Rotated keys (any number of rows x head dim) as they would be <paramref name="by"/> positions further on; <see cref="AsKeys"/> makes
    /// keys of them again. The factors are public. Local.
    /// </summary>
    T Turned(T keys, int layer, int by);

    /// <summary>Squares. Local; ceil(ring/8) bytes an element dealt.</summary>
    T Squares(Factor<T> x);

    /// <summary>
    /// X Y for each of <paramref name="blocks"/> blocks, X with rows of <paramref name="inner"/> elements, Y with as many rows. Local;
    /// ceil(ring/8) bytes an element of the result dealt.
    /// </summary>
    T Products(Factor<T> x, Factor<T> y, int blocks, int inner);

    /// <summary>
    /// Rows of <paramref name="width"/> elements, each divided by its length: keys or queries with lengths from 2^-8 to 2^8, shorter ones come out
    /// short. Relative error 1e-4; 14 fractional bits. Eleven rounds, 16 bytes an element and more each way.
    /// </summary>
    ValueTask<T> UnitRows(Factor<T> rows, int width);

    // ---- for policies: comparisons ---------------------------------------------------------------------

    /// <summary>Scores, or sums of scores, in the form in which they are compared: 11 fractional bits. Local.</summary>
    T Comparable(T scores);

    /// <summary>
    /// Values within <paramref name="most"/> of zero, in the form in which they are compared: as many fractional bits as comparisons leave.
    /// Local.
    /// </summary>
    T Comparable(T x, long most);

    /// <summary>What comparable values have above a public floor, zero for those below it. Three rounds; none for a floor of 0.</summary>
    ValueTask<T> Above(T x, double floor);

    /// <summary>The larger and the smaller of each two keys' elements. Three rounds, one comparison an element.</summary>
    ValueTask<(T Larger, T Smaller)> Sort(T x, T y);

    /// <summary>
    /// The places of the <paramref name="kept"/> largest comparable values of each row; of equal ones the first. Rounds and bytes follow
    /// from the sizes (docs/mpcache.md).
    /// </summary>
    ValueTask<HiddenPlaces> Largest(T x, int rows, int kept);

    /// <summary>The same places in the order in which they stood. Seven rounds.</summary>
    ValueTask<HiddenPlaces> InOrder(HiddenPlaces places);

    // ---- for policies: what is at hidden places --------------------------------------------------------

    /// <summary>Blocks of rows (rows of places x candidates x width): those at the places, rows x kept x width. Two rounds.</summary>
    ValueTask<T> Gather(T x, HiddenPlaces places, int width);

    /// <summary>1 at the places and 0 elsewhere, without fractional bits: rows x candidates. Two rounds, 7 bytes an element each way.</summary>
    ValueTask<T> Marks(HiddenPlaces places);

    /// <summary>
    /// Rows of sums (counts x any width, sums of as many keys or fewer), each divided by its count of 1 to <paramref name="most"/>, at the
    /// precision of attention's results.
    /// </summary>
    ValueTask<T> Means(T sums, T counts, int most);

    /// <summary>The reverse, zero elsewhere. Two rounds.</summary>
    ValueTask<T> Scatter(T x, HiddenPlaces places, int width);

    /// <summary>
    /// Gathers rows of a cache that are open under a mask and makes them ready again. Three rounds; two more for places in order.
    /// </summary>
    ValueTask<Factor<T>> Move(Factor<T> rows, HiddenPlaces places);

    // ---- the clear alone -------------------------------------------------------------------------------

    /// <summary>Values themselves, for variants that exist to be compared with other code; null wherever values are secret.</summary>
    IClearValues<T>? InTheClear { get; }
}
