using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using System.Threading.RateLimiting;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Client;

/// <summary>
/// A model that a server holds, as this client uses it: text is written down and read here, and leaves as shares alone. May be used from
/// several threads; the server runs one answer at a time, so others wait for their turn, in order.
/// </summary>
public sealed class PrivateModel : IDisposable
{
    private readonly MPCacheClientOptions _options;
    private readonly Parties _parties;
    private readonly ModelFile _file;
    private readonly ConcurrencyLimiter _turns;
    private double _usualSeconds = 5; // what an answer takes, by the last ones
    private int _running;

    /// <summary>Opens the tokenizer; nothing is connected before the first answer.</summary>
    /// <exception cref="ArgumentException">An option makes no sense, or the keys cannot be read.</exception>
    /// <exception cref="ModelFormatException">The tokenizer's model is missing or of a kind that is not known.</exception>
    public PrivateModel(MPCacheClientOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MostWaiting);
        _options = options with { Policy = Cache.CachePolicy.ForShares(options.Policy).ToText() };
        _parties = options.Parties();
        _parties.Check();
        _file = ModelFile.Open(options.Tokenizer);
        _turns = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = 1,
            QueueLimit = options.MostWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>The model's name.</summary>
    public string Name => _file.Config.Name;

    /// <summary>Tokens of prompt and answer together at most.</summary>
    public int ContextLength => _file.Config.ContextLength;

    /// <summary>The form of its chat template; null where it has none, and messages are one text.</summary>
    public string? ChatForm => _file.Chat?.Name;

    /// <summary>The cache policy in use.</summary>
    public string Policy => _options.Policy;

    /// <summary>Answers under way: 0 or 1.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Calls that wait for their turn.</summary>
    public int Waiting => (int)(_turns.GetStatistics()?.CurrentQueuedCount ?? 0);

    /// <summary>The tokens of a text to go on with.</summary>
    public int[] Encode(string text) => _file.Prompt(text, useChat: false);

    /// <summary>
    /// The tokens of a conversation. For a model without a chat template it is one text, a line break between messages: a base model goes
    /// on with it.
    /// </summary>
    /// <exception cref="ArgumentException">The template cannot write this conversation; the message says why.</exception>
    /// <exception cref="ModelFormatException">The template is of a kind that is not known.</exception>
    public int[] Encode(IReadOnlyList<ChatMessage> messages) => _file.Chat is null
        ? Encode(string.Join('\n', messages.Select(m => m.Content)))
        : _file.Prompt(messages);

    /// <summary>Makes an answer. Leaving the enumeration early, or cancelling, ends the session at all three at once.</summary>
    /// <param name="prompt">Ids.</param>
    /// <param name="answer">How.</param>
    /// <param name="watch">Sees what crosses the links; null for nobody.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ArgumentException">It does not fit the model's context, or the policy.</exception>
    /// <exception cref="BusyException">Too many wait.</exception>
    /// <exception cref="ChannelException">A party could not be reached, or failed.</exception>
    /// <exception cref="SessionException">A party said what makes no sense, or refused.</exception>
    public async IAsyncEnumerable<GenerationEvent> Generate(
        int[] prompt, AnswerOptions answer, WireWatch? watch = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        GenerationRequest request = Request(prompt, answer.Checked());
        RateLimitLease? turn = _turns.AttemptAcquire();
        if (!turn.IsAcquired)
        {
            RefuseBeyond(_options.MostWaiting - 1);
            yield return new GenerationEvent.Waiting(Waiting + 1);
            turn = await _turns.AcquireAsync(1, cancel);
        }

        using (turn)
        {
            if (!turn.IsAcquired)
            {
                RefuseBeyond(-1);
            }

            yield return new GenerationEvent.Connecting();
            await foreach (GenerationEvent happened in Run(prompt, request, answer, watch, cancel))
            {
                yield return happened;
            }
        }
    }

    /// <summary>What the parties are asked for.</summary>
    /// <exception cref="ArgumentException">It does not fit the model.</exception>
    public GenerationRequest Request(int[] prompt, AnswerOptions answer)
    {
        int left = Math.Max(1, ContextLength - prompt.Length);
        var request = new GenerationRequest
        {
            PromptTokens = prompt.Length,
            MaxTokens = answer.MaxTokens ?? Math.Min(_options.MaxTokens, left),
            Policy = _options.Policy,
            Reveal = "token",
        };
        request.Check(_file.Config);
        return request;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _turns.Dispose();
        _file.Dispose();
    }

    private async IAsyncEnumerable<GenerationEvent> Run(
        int[] prompt,
        GenerationRequest request,
        AnswerOptions answer,
        WireWatch? watch,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var events = Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var observer = new EventObserver(events.Writer, _file.Tokenizer, answer.Stop);
        CancellationToken stopped = stop.Token;
        Task<GenerationReport> session = Task.Factory.StartNew(
            () => Session(prompt, request, answer, observer, watch, events.Writer, stopped),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var text = new StringBuilder();
        try
        {
            await foreach (GenerationEvent happened in events.Reader.ReadAllAsync(CancellationToken.None))
            {
                text.Append((happened as GenerationEvent.Piece)?.Text);
                yield return happened;
            }

            GenerationReport report = await session;
            if (observer.Finish() is { Length: > 0 } rest)
            {
                text.Append(rest);
                yield return new GenerationEvent.Piece(rest, 0);
            }

            bool ended = observer.Stopped || (report.Tokens is [.., int last] && _file.Tokenizer.EndTokens.Contains(last));
            yield return new GenerationEvent.Finished(text.ToString(), ended, report);
        }
        finally
        {
            // Whoever comes next finds the parties free.
            await stop.CancelAsync();
            await session.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private GenerationReport Session(
        int[] prompt,
        GenerationRequest request,
        AnswerOptions answer,
        EventObserver observer,
        WireWatch? watch,
        ChannelWriter<GenerationEvent> events,
        CancellationToken cancel)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _running);
        try
        {
            Refuse();
            var client = new ClientOptions
            {
                Folder = _options.Folder,
                Decode = ids => _file.Tokenizer.Decode(ids),
                EndTokens = [.. _file.Tokenizer.EndTokens],
                FixedLength = _options.FixedLength,
                Sampling = answer.Sampling,
                Stop = answer.Stop,
                MostWeightBytes = _options.MostWeightBytes,
            };
            GenerationReport report = _parties.Generate(prompt, request, client, observer, watch, cancel);
            _usualSeconds = (_usualSeconds + System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds) / 2;
            return report;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            Refuse(e);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            events.Complete();
        }
    }

    private void RefuseBeyond(int most)
    {
        if (Waiting is var waiting && waiting > most)
        {
            throw new BusyException(waiting, TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(_usualSeconds * (waiting + 1)), 1, 3600)));
        }
    }

    /// <summary>Names the cause where it is known better than a broken link tells.</summary>
    private void Refuse(Exception? seen = null)
    {
        // A party that dies breaks its link before the system says that it has ended.
        for (int wait = 0; seen is not null && wait < 20 && _options.PartiesFailed is { } failed && failed() is null; wait++)
        {
            Thread.Sleep(50);
        }

        if (_options.PartiesFailed?.Invoke() is { } cause)
        {
            throw new IOException(seen is null ? cause : $"{cause} (seen here as: {seen.Message})", seen);
        }
    }
}
