using System.Diagnostics;
using System.Runtime.CompilerServices;
using MPCache.Kernels;

namespace MPCache.Protocols;

/// <summary>
/// One role's run of the program: its correlations, its side of the exchanges and its books.
/// </summary>
/// <remarks>
/// A protocol is an async method: it prepares its part of a message, awaits the exchange, and finishes. Protocols that were started before
/// any of them is awaited share their exchanges: one exchange happens when every running protocol waits for one. All roles schedule
/// alike, so the order in which correlations are drawn is the same everywhere. Nothing here runs on another thread.
/// </remarks>
public sealed class Mpc : IDisposable
{
    private readonly IChannel? _peer;
    private readonly List<Exchange> _waiting = [];
    private byte[] _out = new byte[1 << 16];
    private byte[] _in = new byte[1 << 16];
    private int _outUsed;
    private int _inUsed;
    private long _dealtBefore;
    private string _stage = "other";
    private long _stageStart = Stopwatch.GetTimestamp();

    /// <summary>A run of the program by <paramref name="role"/>.</summary>
    /// <param name="role">Who runs it.</param>
    /// <param name="correlations">Its source of correlated randomness.</param>
    /// <param name="peer">The other party; null for the roles without one.</param>
    /// <param name="coins">Public coins of the session, known to both parties.</param>
    public Mpc(Role role, ICorrelations correlations, IChannel? peer, AesKey coins)
    {
        if ((role is Role.Client or Role.Server) != (peer is not null))
        {
            throw new ArgumentException("The client and the server need a link to each other; no other role has one.", nameof(peer));
        }

        Role = role;
        Correlations = correlations;
        _peer = peer;
        Coins = coins;
        Ranges = new RangeCheck(this);
    }

    /// <summary>Who runs the program.</summary>
    public Role Role { get; }

    /// <summary>Source of correlated randomness.</summary>
    public ICorrelations Correlations { get; }

    /// <summary>Temporary memory.</summary>
    public Arena Arena => Correlations.Arena;

    /// <summary>Public coins of the session.</summary>
    public AesKey Coins { get; }

    /// <summary>Number of public coin streams drawn; their nonce.</summary>
    public ulong CoinsDrawn { get; set; }

    /// <summary>What left its range.</summary>
    public RangeCheck Ranges { get; }

    /// <summary>The books: what the program declared, stage by stage.</summary>
    public Tally Tally { get; } = new();

    /// <summary>
    /// What was really handed to the links: exchanges with at least one message, and payload bytes. Dealt bytes are known at the dealer and
    /// the server.
    /// </summary>
    public Cost Measured => _wire with { Dealt = Correlations.Dealt };

    private Cost _wire;

    /// <summary>True where shares have values: at the parties and in the clear.</summary>
    public bool Computes => Role is Role.Client or Role.Server or Role.Clear;

    /// <summary>1 for the party that adds public terms, 0 for the other.</summary>
    public ulong AddsPublic => Role is Role.Client or Role.Clear ? 1u : 0u;

    /// <summary>Names the stage that the following costs belong to.</summary>
    public string Stage
    {
        get => _stage;
        set
        {
            if (value != _stage)
            {
                Settle();
                _stage = value;
            }
        }
    }

    // ---- memory ----------------------------------------------------------------------------------------

    /// <summary>
    /// Gives back all that was taken since <paramref name="mark"/>. The dealer sends what it has gathered: whoever gives memory back has
    /// ended a step, and the server waits for it.
    /// </summary>
    public void Release(Arena.Mark mark)
    {
        Correlations.EndStep();
        Arena.Release(mark);
    }

    /// <summary>Time spent in exchanges: handing messages to the link and waiting for the peer's.</summary>
    public TimeSpan Exchanging { get; private set; }

    /// <summary>Memory for an online value: real where this role computes, a shape elsewhere.</summary>
    public Words Take(int n) => Computes ? Arena.Take(n) : Words.Shape(n);

    /// <summary>The same, all zero.</summary>
    public Words Zeros(int n) => Computes ? Arena.Zeros(n) : Words.Shape(n);

    // ---- exchanges -------------------------------------------------------------------------------------

    /// <summary>
    /// Starts one exchange: reserves <paramref name="toServer"/> and <paramref name="toClient"/> payload bytes. The party that sends writes
    /// its part through <see cref="Exchange.Outgoing"/> before it awaits, and reads the peer's through <see cref="Exchange.Incoming"/>
    /// after.
    /// </summary>
    /// <param name="toServer">Bytes from client to server.</param>
    /// <param name="toClient">Bytes from server to client.</param>
    /// <param name="mask">What covers this role's part; it is spent here. A shape where this role sends nothing.</param>
    /// <param name="words">Words of the mask that the message needs.</param>
    /// <exception cref="InvalidOperationException">The mask must not be used: see <see cref="ICorrelations.Spend"/>.</exception>
    internal Exchange Begin(long toServer, long toClient, Words mask, int words)
    {
        bool sends = (Role == Role.Client && toServer > 0) || (Role == Role.Server && toClient > 0);
        if (sends && !mask.HasValues && words > 0)
        {
            throw new InvalidOperationException("A value would be sent under a mask that this role does not hold.");
        }

        Correlations.Spend(mask, words);
        Exchange exchange = Begin(toServer, toClient);
        Begun?.Invoke(exchange, mask, words);
        return exchange;
    }

    /// <summary>The same for one of the few messages that need no mask.</summary>
    internal Exchange Begin(long toServer, long toClient, Uncovered why)
    {
        _ = why; // named where it is sent, listed where it is defined
        Exchange exchange = Begin(toServer, toClient);
        Begun?.Invoke(exchange, default, 0);
        return exchange;
    }

    private Exchange Begin(long toServer, long toClient)
    {
        int up = checked((int)toServer), down = checked((int)toClient);
        (int send, int receive) = Role switch
        {
            Role.Client => (up, down),
            Role.Server => (down, up),
            _ => (0, 0),
        };
        var exchange = new Exchange(this, _stage, _outUsed, send, _inUsed, receive) { Bytes = Math.Max(up, down) };
        _outUsed += send;
        _inUsed += receive;
        if (_out.Length < _outUsed)
        {
            Array.Resize(ref _out, Math.Max(_outUsed, _out.Length * 2));
        }

        Tally.Add(_stage, new Cost(0, up, down, 0));
        _pendingUp += up;
        _pendingDown += down;
        return exchange;
    }

    private long _pendingUp;
    private long _pendingDown;

    /// <summary>Runs a program to its end, exchange by exchange.</summary>
    public T Run<T>(Func<ValueTask<T>> program)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // continuations must run here, in order
        try
        {
            Task<T> task = program().AsTask();
            while (!task.IsCompleted)
            {
                if (_waiting.Count == 0)
                {
                    throw new InvalidOperationException("The program waits for something that is not an exchange.");
                }

                ExchangeNow();
            }

            Settle();
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private readonly List<Exchange> _running = [];

    private void ExchangeNow()
    {
        if (_pendingUp + _pendingDown > 0)
        {
            Tally.Add(_waiting[0].Stage, new Cost(1, 0, 0, 0));
        }

        _pendingUp = _pendingDown = 0;
        if (_peer is not null)
        {
            long start = Stopwatch.GetTimestamp();
            if (_outUsed > 0)
            {
                _peer.Send(FrameKind.Round, _out.AsSpan(0, _outUsed));
            }

            int sent = _outUsed, received = _inUsed;

            if (_inUsed > 0)
            {
                if (_in.Length < _inUsed)
                {
                    _in = new byte[Math.Max(_inUsed, _in.Length * 2)];
                }

                _peer.Receive(FrameKind.Round, _in.AsSpan(0, _inUsed));
            }

            Exchanging += Stopwatch.GetElapsedTime(start);
            (int up, int down) = Role == Role.Client ? (sent, received) : (received, sent);
            _wire += new Cost(sent + received > 0 ? 1 : 0, up, down, 0);
        }

        _outUsed = _inUsed = 0;
        _running.AddRange(_waiting);
        _waiting.Clear();
        foreach (Exchange exchange in _running)
        {
            Stage = exchange.Stage;
            exchange.Resume();
        }

        _running.Clear();
    }

    private void Settle()
    {
        long now = Stopwatch.GetTimestamp();
        Tally[_stage].Time += Stopwatch.GetElapsedTime(_stageStart, now);
        _stageStart = now;
        long dealt = Correlations.Dealt;
        if (dealt != _dealtBefore)
        {
            Tally.Add(_stage, new Cost(0, 0, 0, dealt - _dealtBefore));
            _dealtBefore = dealt;
        }
    }

    /// <summary>
    /// For tests of transcripts: every exchange as it is begun, with the mask that covers this role's part and the words of it that are
    /// needed; 0 of none where it goes without. Never set in a run.
    /// </summary>
    internal Action<Exchange, Words, int>? Begun { get; set; }

    /// <summary>
    /// For tests of transcripts: what this party learns from an exchange when it joins its own share to the peer's message, with the bits
    /// of each word (<see cref="PackedBits"/> where they are 64 of them). Never set in a run.
    /// </summary>
    internal Action<Exchange, ulong[], int>? Learned { get; set; }

    internal const int PackedBits = 1;

    internal void Observe(Exchange exchange, ReadOnlySpan<ulong> words, int bits) => Learned?.Invoke(exchange, words.ToArray(), bits);

    internal void Observe(Exchange exchange, ReadOnlySpan<byte> wire, int width)
    {
        if (Learned is not null)
        {
            ulong[] words = new ulong[wire.Length / width];
            Kernel.Unpack(words, wire, width, words.Length);
            Learned(exchange, words, 8 * width);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Correlations.Dispose();
        Array.Clear(_out);
        Array.Clear(_in);
    }

    /// <summary>One protocol's part of an exchange. Await it once.</summary>
    public sealed class Exchange : INotifyCompletion
    {
        private readonly Mpc _mpc;
        private readonly int _out, _outLength, _in, _inLength;
        private Action? _continuation;

        internal Exchange(Mpc mpc, string stage, int @out, int outLength, int @in, int inLength)
        {
            (_mpc, Stage, _out, _outLength, _in, _inLength) = (mpc, stage, @out, outLength, @in, inLength);
            mpc._waiting.Add(this);
        }

        internal string Stage { get; }

        /// <summary>Where this party's part lies in the message that it sends.</summary>
        internal (int Start, int Length) Sends => (_out, _outLength);

        /// <summary>Where the peer's part lies in the message that comes.</summary>
        internal (int Start, int Length) Receives => (_in, _inLength);

        /// <summary>Bytes of the longer direction.</summary>
        internal int Bytes { get; init; }

        /// <summary>This party's bytes of the message; valid until the exchange is awaited.</summary>
        public Span<byte> Outgoing => _mpc._out.AsSpan(_out, _outLength);

        /// <summary>The peer's bytes; valid from the end of the wait to the next one.</summary>
        public ReadOnlySpan<byte> Incoming => _mpc._in.AsSpan(_in, _inLength);

        /// <summary>Awaitable by <c>await</c>.</summary>
        public Exchange GetAwaiter() => this;

        /// <summary>True once the exchange has happened.</summary>
        public bool IsCompleted { get; private set; }

        /// <summary>Ends the wait.</summary>
        public void GetResult()
        {
        }

        /// <inheritdoc/>
        public void OnCompleted(Action continuation) => _continuation = continuation;

        internal void Resume()
        {
            IsCompleted = true;
            Action? next = _continuation;
            _continuation = null;
            next?.Invoke();
        }
    }
}
