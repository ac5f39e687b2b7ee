using System.Runtime.InteropServices;
using MPCache.Kernels;

namespace MPCache.Secrecy.Tests;

/// <summary>
/// A party's correlations, solved for while it runs: such that with another secret than in a recorded run its peer sees the same. The
/// party's code is the honest one; what it would send under a mask shows how the mask must change for the recorded bytes to leave
/// instead (<see cref="Answer"/>), its share of a dealt value is the value less what the peer holds, and the permutation that it
/// drew is that under which secrets stand in the recorded order.
/// </summary>
/// <param name="hidden">The party whose randomness is solved for: client or server.</param>
/// <param name="seen">What the other one drew and was dealt in the recorded run.</param>
/// <param name="before">The same of this party: whence the recorded order of shuffled rows is known.</param>
/// <param name="seed">Fills what nothing determines.</param>
internal sealed class SolvingCorrelations(
    Role hidden,
    IReadOnlyList<RecordedDraw> seen,
    IReadOnlyList<RecordedDraw> before,
    AesKey seed) : Draws
{
    private readonly StreamCorrelations _formulas = new(Role.Clear);
    private readonly Dictionary<int, ulong[]> _solved = [];
    private readonly List<Own> _open = [];
    private readonly List<Due> _due = [];
    private readonly List<(int Number, ulong[] Words)> _batches = []; // masks whose copies may be handed on later
    private readonly List<(Mpc.Exchange Exchange, Own? Mask, int Words)> _round = [];
    private readonly Dictionary<Mpc.Exchange, Due> _comes = [];
    private readonly Dictionary<(object, object), object> _masksOfWeights = [];
    private Due? _moving;
    private int _next;

    /// <summary>A mask that covers something, or will.</summary>
    private sealed record Own(int Number, int Offset, Words Words, Sharing Sharing)
    {
        public bool OfLanes { get; set; }

        public bool IsPermutation { get; set; }
    }

    /// <summary>A dealt value that waits for its masks.</summary>
    private sealed record Due(int Number, Function Function, Words Share)
    {
        public Own? Permutation { get; init; }

        /// <summary>What the honest code makes wrong of a bit that it sent before its mask was known, and the cure.</summary>
        public Func<ulong[], ulong[]> Adjust { get; set; } = v => v;
    }

    public override Arena Arena { get; } = new();

    /// <summary>The party's streams as they were solved, to be handed to honest roles.</summary>
    public StreamOf Streams => (nonce, words) =>
    {
        ulong[] solved = _solved[Tests.Streams.PlaceOf(nonce)];
        solved.AsSpan(0, words.Length).CopyTo(words);
    };

    public override void Watch(Mpc mpc)
    {
        mpc.Begun = (exchange, mask, words) =>
        {
            Own? own = mask.HasValues && exchange.Sends.Length > 0 ? _open.SingleOrDefault(o => o.Words.Address == mask.Address) : null;
            if (own is null && words > 0 && exchange.Sends.Length > 0)
            {
                throw new SimulationException("A message leaves under a mask that covers nothing, or covered another.");
            }

            _round.Add((exchange, own, words));
            if (_moving is not null)
            {
                _comes[exchange] = _moving;
                _moving = null;
            }
        };
        mpc.Learned = (exchange, words, _) =>
        {
            if (_comes.Remove(exchange, out Due? due))
            {
                Arrange(due, words);
            }
        };
    }

    /// <summary>The party would send a message; it sends the recorded one, and what comes for it is corrected by the difference.</summary>
    /// <exception cref="SimulationException">No mask makes the recorded message of it.</exception>
    public void Answer(ReadOnlySpan<byte> would, ReadOnlySpan<byte> recorded, Span<byte> comes)
    {
        if (would.Length != recorded.Length)
        {
            throw new SimulationException("A message has another length.");
        }

        foreach ((Mpc.Exchange exchange, Own? own, int words) in _round)
        {
            (int start, int length) = exchange.Sends;
            ReadOnlySpan<byte> from = would.Slice(start, length), to = recorded.Slice(start, length);
            Span<byte> back = comes.Slice(exchange.Receives.Start, exchange.Receives.Length);
            if (own is null)
            {
                if (!from.SequenceEqual(to))
                {
                    throw new SimulationException(
                        $"A message of {length} bytes that goes without a mask (stage \"{exchange.Stage}\") is another.");
                }
            }
            else if (own.Sharing is Sharing.Xor or Sharing.Private)
            {
                SolveBits(own, from, to, back);
            }
            else
            {
                SolveWords(own, from, to, back, own.OfLanes ? 2 : length / words);
            }
        }

        _round.Clear();
        Settle();
    }

    /// <summary>Permutations that were chosen.</summary>
    public int Arranged { get; private set; }

    /// <summary>Whether anything comes in this round.</summary>
    public bool Hears => _round.Any(r => r.Exchange.Receives.Length > 0);

    /// <summary>A round in which this party sends nothing.</summary>
    public void Listen() => _round.Clear();

    // ---- masks -----------------------------------------------------------------------------------------

    protected override (Words Client, Words Server) Drawn(Sharing sharing, int n, Func<ICorrelations, (Words, Words)> draw)
    {
        int number = _next++;
        if (sharing is Sharing.Client or Sharing.Server && sharing != (hidden == Role.Client ? Sharing.Client : Sharing.Server))
        {
            return (Words.Shape(n), Words.Shape(n));
        }

        Words words = Arena.Take(n);
        Kernel.PrgFill(seed, (ulong)number, 0, words.Span);
        for (int i = 0; sharing == Sharing.Private && i < n; i++)
        {
            words.Span[i] = ~0ul - ((ulong)i << 32); // should they be sorted, the order tells how many are sorted together
        }

        _solved[number] = words.Span.ToArray();
        if (sharing == Sharing.Client)
        {
            _batches.Add((number, _solved[number]));
        }

        _open.Add(new Own(number, 0, words, sharing));
        bool second = hidden == Role.Server && (sharing is Sharing.Server or Sharing.Private);
        return second ? (Words.Shape(n), words) : (words, Words.Shape(n));
    }

    public override Words HandOn(Words copied)
    {
        if (copied.HasValues)
        {
            ulong first = copied.Span[0];
            (int number, ulong[] words) = _batches.Single(b => Array.IndexOf(b.Words, first) >= 0);
            _open.Add(new Own(number, Array.IndexOf(words, first), copied, Sharing.Client));
        }

        return copied;
    }

    public override void Spend(Words mask, int words)
    {
    }

    private void SolveWords(Own own, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, Span<byte> back, int width)
    {
        Span<byte> mask = own.Words.Bytes;
        int stride = own.OfLanes ? 2 : 8; // a word of the mask covers one value, or four
        for (int i = 0; i < from.Length / width; i++)
        {
            ulong difference = Read(to, i * width, width) - Read(from, i * width, width);
            Write(mask, i * stride, stride, Read(mask, i * stride, stride) - difference);
            if (back.Length > 0)
            {
                Write(back, i * width, width, Read(back, i * width, width) + difference);
            }
        }

        Close(own);
    }

    private void SolveBits(Own own, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, Span<byte> back)
    {
        byte[] would = from.ToArray(), sent = to.ToArray(), theirs = back.ToArray();
        for (int i = 0; i < would.Length; i++)
        {
            own.Words.Bytes[i] ^= (byte)(would[i] ^ sent[i]);
            if (own.Sharing == Sharing.Xor)
            {
                back[i] ^= (byte)(would[i] ^ sent[i]);
            }
        }

        if (own.Sharing == Sharing.Private)
        {
            Due due = _due.Single(d => d.Function.IsOfPrivateBits && d.Function.Args.Any(a => a.Address == own.Words.Address));
            byte[] mask = own.Words.Bytes.ToArray();
            due.Adjust = c => [.. c.Select((v, i) => Adjusted(v, Bit(would, i), Bit(sent, i), Bit(theirs, i), Bit(mask, i)))];
        }

        Close(own);
    }

    /// <summary>
    /// The dealt share with which Rescale.Widen, which has kept the bit that it would have sent, comes to what it would come to had it kept
    /// the sent one.
    /// </summary>
    private ulong Adjusted(ulong c, ulong would, ulong sent, ulong theirs, ulong mask)
    {
        static ulong Sign(ulong bit) => 1 - (2 * bit);
        ulong Result(ulong own, ulong c) => hidden == Role.Client
            ? (own & theirs) + ((theirs & mask) * Sign(own)) + (c * Sign(own ^ theirs))
            : ((theirs & mask) * Sign(own)) + (c * Sign(own ^ theirs));
        return (Result(sent, c) - Result(would, 0)) * Sign(would ^ theirs);
    }

    private void Close(Own own)
    {
        own.Words.Span.CopyTo(_solved[own.Number].AsSpan(own.Offset));
        _open.Remove(own);
    }

    // ---- dealt values ----------------------------------------------------------------------------------

    protected override Words Give(Function function)
    {
        int number = _next++;
        var due = new Due(number, function, Arena.Take(seen[number].Share!.Length)) { Permutation = PermutationOf(function) };
        foreach (Own own in _open.Where(o => function.IsOfLanes && o.Words.Address == function.Args[0].Address))
        {
            own.OfLanes = true;
        }

        _due.Add(due);
        _moving = due.Permutation is null ? null : due;
        Settle();
        return due.Share;
    }

    public override void EndStep()
    {
        _open.Clear(); // none of them is used any more
        Settle();
    }

    /// <summary>Gives what is due and whose masks are known.</summary>
    private void Settle()
    {
        for (int i = 0; i < _due.Count; i++)
        {
            Due due = _due[i];
            bool waits = due.Function.Args.Any(IsOpen) || (due.Permutation is { } p && _open.Contains(p));
            if (!waits)
            {
                Evaluate(due);
                _due.RemoveAt(i--);
            }
        }
    }

    private bool IsOpen(Words words)
        => words.HasValues && (_open.Any(o => Overlap(o.Words, words)) || _due.Any(d => Overlap(d.Share, words)));

    private static bool Overlap(Words a, Words b)
        => a.Address < b.Address + ((nint)b.Length * 8) && b.Address < a.Address + ((nint)a.Length * 8);

    private void Evaluate(Due due)
    {
        (Function function, RecordedDraw theirs) = (due.Function, seen[due.Number]);
        Arena.Mark mark = _formulas.Arena.Top;
        Words[] whole = [.. function.Args.Select((mine, i) => Whole(mine, theirs.Args[i], function.XorArgs[i]))];
        object? about = function.Weights switch
        {
            uint[] order => order.Length > 0 ? order : theirs.Order,
            { } weights => MaskOf(weights, theirs.Weights!),
            null => null,
        };
        ulong[] value = function.Formula(_formulas, whole, about).Span.ToArray();
        ulong carried = hidden == Role.Server ? ulong.MaxValue >> (64 - (8 * Wire.Bytes(function.Ring))) : ulong.MaxValue; // to the server
        ulong[] share = [.. value.Zip(theirs.Share!, (v, s) => function.Xor ? v ^ s : (v - s) & carried)];
        _solved[due.Number] = share;
        due.Adjust(share).CopyTo(due.Share.Span);
        if (function.Ahead.HasValues && hidden == Role.Client)
        {
            var weights = (IWeights)function.Weights!; // the mask was not known when this was computed
            Kernel.GemmNtU64(
                function.Ahead.Span, weights.Rows, function.Args[0].Span, weights.Columns, weights.Masked, weights.Columns, 1, weights
                    .Rows, weights.Columns, 0);
        }

        _formulas.EndStep();
        _formulas.Arena.Release(mark);
    }

    private Words Whole(Words mine, ulong[]? theirs, bool xor)
    {
        Words whole = _formulas.Arena.Zeros(mine.Length);
        for (int i = 0; i < mine.Length; i++)
        {
            (ulong a, ulong b) = (mine.HasValues ? mine.Span[i] : 0, theirs?[i] ?? 0);
            whole.Span[i] = xor ? a ^ b : a + b;
        }

        return whole;
    }

    /// <summary>B = W - F: neither party holds it, both together know it.</summary>
    private object MaskOf(object mine, object theirs)
    {
        (object f, object w) = hidden == Role.Client ? (mine, theirs) : (theirs, mine);
        if (!_masksOfWeights.TryGetValue((f, w), out object? mask))
        {
            _masksOfWeights[(f, w)] = mask = f is IWeights
                ? new MaskOfMatrix((IWeights)f, (IWeights)w)
                : new MaskOfTable((IEmbeddingTable)f, (IEmbeddingTable)w);
        }

        return mask;
    }

    // ---- permutations ----------------------------------------------------------------------------------

    /// <summary>The draw behind this party's permutation, where that has not been chosen yet.</summary>
    private Own? PermutationOf(Function function)
    {
        uint[] order = function.Order;
        if (order.Length == 0)
        {
            return null;
        }

        int rows = (int)order[0] + 1;
        bool untouched = order.Length % rows == 0
            && order.Index().All(o => o.Item == (uint)((o.Index / rows * rows) + rows - 1 - (o.Index % rows)));
        Own? own = untouched
            ? _open.Find(o => o is { Sharing: Sharing.Private, IsPermutation: false } && o.Words.Length == order.Length)
            : null;
        if (own is not null)
        {
            own.IsPermutation = true;
            if (function.Args[0].HasValues)
            {
                throw new SimulationException("A permutation first moves what is open: where its rows are to stand is not known.");
            }
        }

        return own;
    }

    /// <summary>Chooses the permutation under which these rows stand as the recorded ones did.</summary>
    private void Arrange(Due due, ulong[] arrived)
    {
        uint[] order = due.Function.Order;
        int rows = (int)order[0] + 1, unused = 64 - due.Function.Ring;
        ulong[] mask = seen[due.Number].Args[0]!;
        RecordedDraw old = before[due.Number];
        long Key(ulong[] rowsOf, int at) => (long)((rowsOf[at] + mask[at]) << unused) >> unused;
        Words keys = due.Permutation!.Words;
        for (int block = 0; block < order.Length; block += rows)
        {
            int[] places = [.. Enumerable.Range(block, rows)];
            int[] now = [.. places.OrderBy(i => Key(arrived, i))];
            int[] then = [.. places.OrderBy(i => Key(old.Rows!, (int)old.Order[i]))]; // shuffled places by the recorded keys
            for (int i = 0; i < rows; i++)
            {
                order[then[i]] = (uint)now[i];
            }

            for (int i = 0; i < rows; i++)
            {
                keys.Span[(int)order[block + i]] = ((ulong)i << 32) + (_solved[due.Permutation.Number][block + i] & 0xFFFF);
            }
        }

        Arranged++;
        Close(due.Permutation);
        Settle();
    }

    // ---- bits and bytes --------------------------------------------------------------------------------

    private static ulong Bit(byte[] bytes, int at) => (ulong)(bytes[at / 8] >> (at % 8)) & 1;

    private static ulong Read(ReadOnlySpan<byte> bytes, int at, int width)
    {
        Span<byte> word = stackalloc byte[8];
        word.Clear();
        bytes.Slice(at, width).CopyTo(word);
        return MemoryMarshal.Read<ulong>(word);
    }

    private static void Write(Span<byte> bytes, int at, int width, ulong value)
    {
        Span<byte> word = stackalloc byte[8];
        MemoryMarshal.Write(word, value);
        word[..width].CopyTo(bytes[at..]);
    }

    public override void Dispose()
    {
        Arena.Dispose();
        _formulas.Dispose();
    }

    private sealed class MaskOfMatrix(IWeights f, IWeights w) : IWeights
    {
        private readonly ulong[] _words = Words(f, w);

        public int Rows => f.Rows;

        public int Columns => f.Columns;

        public int Frac => f.Frac;

        public ReadOnlySpan<short> Plain => default;

        public ReadOnlySpan<ulong> Masked => _words;

        public ReadOnlySpan<ulong> BiasFor(int xFrac) => default;

        private static ulong[] Words(IWeights f, IWeights w)
        {
            ulong[] mask = [.. w.Plain.ToArray().Select(v => (ulong)(long)v)];
            for (int i = 0; i < mask.Length; i++)
            {
                mask[i] -= f.Masked[i];
            }

            return mask;
        }
    }

    private sealed class MaskOfTable(IEmbeddingTable f, IEmbeddingTable w) : IEmbeddingTable
    {
        private readonly ushort[] _values = [.. w.Table.ToArray().Zip(f.Table.ToArray(), (a, b) => (ushort)(a - b))];

        public int Vocabulary => f.Vocabulary;

        public int Width => f.Width;

        public int Frac => f.Frac;

        public ReadOnlySpan<ushort> Table => _values;
    }
}
