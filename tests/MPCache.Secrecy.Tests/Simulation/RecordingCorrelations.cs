namespace MPCache.Secrecy.Tests;

/// <summary>An honest party's correlations, with a record of every draw.</summary>
internal sealed class RecordingCorrelations(ICorrelations inner) : Draws
{
    private RecordedDraw? _moving; // rows are about to come for its permutation
    private readonly Dictionary<Mpc.Exchange, RecordedDraw> _comes = [];

    /// <summary>Every draw, in order.</summary>
    public List<RecordedDraw> All { get; } = [];

    public override Arena Arena => inner.Arena;

    public override long Dealt => inner.Dealt;

    public override void EndStep() => inner.EndStep();

    public override void Spend(Words mask, int words) => inner.Spend(mask, words);

    public override Words HandOn(Words copied) => inner.HandOn(copied);

    public override void Watch(Mpc mpc)
    {
        mpc.Begun = (exchange, _, _) =>
        {
            if (_moving is not null)
            {
                _comes[exchange] = _moving;
                _moving = null;
            }
        };
        mpc.Learned = (exchange, words, _) =>
        {
            if (_comes.Remove(exchange, out RecordedDraw? draw))
            {
                draw.Rows = words;
            }
        };
    }

    protected override (Words Client, Words Server) Drawn(Sharing sharing, int n, Func<ICorrelations, (Words, Words)> draw)
    {
        (Words client, Words server) = draw(inner);
        All.Add(new RecordedDraw { Sharing = sharing, Share = Copy(client.HasValues ? client : server) });
        return (client, server);
    }

    protected override Words Give(Function function)
    {
        ulong[]?[] args = [.. function.Args.Select(Copy)];
        Words share = function.Formula(inner, function.Args, function.Weights);
        var draw = new RecordedDraw { Args = args, Share = Copy(share), Weights = function.Weights, Order = [.. function.Order] };
        All.Add(draw);
        _moving = function.Order.Length > 0 && !function.Args[0].HasValues ? draw : null;
        return share;
    }

    private static ulong[]? Copy(Words words) => words.HasValues ? words.Span.ToArray() : null;

    public override void Dispose() => inner.Dispose();
}
