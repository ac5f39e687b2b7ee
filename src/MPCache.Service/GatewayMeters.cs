using Prometheus;

namespace MPCache.Service;

/// <summary>What <c>/metrics</c> and <c>/health</c> tell: sizes, counts and times, nothing of any text.</summary>
internal sealed class GatewayMeters
{
    private readonly Counter _answers, _tokens, _rounds, _bytes, _seconds, _stages;
    private readonly Histogram _token;

    public GatewayMeters(PrivateModel model)
    {
        MetricFactory make = Metrics.WithCustomRegistry(Registry);
        _answers = make.CreateCounter("mpcache_answers_total", "Answers, by how they ended.", "outcome");
        _tokens = make.CreateCounter("mpcache_tokens_total", "Tokens of prompts and answers.", "kind");
        _rounds = make.CreateCounter("mpcache_rounds_total", "Exchanges with the server.", "phase");
        _bytes = make.CreateCounter("mpcache_bytes_total", "Payload bytes, by link.", "link");
        _seconds = make.CreateCounter("mpcache_seconds_total", "Time of whole answers, by phase.", "phase");
        _stages = make.CreateCounter("mpcache_stage_seconds_total", "Time by stage of the program, at the client.", "stage");
        _token = make.CreateHistogram("mpcache_token_seconds", "Time of a decoded token.", new HistogramConfiguration
        {
            Buckets = Histogram.ExponentialBuckets(0.01, 2, 12),
        });
        Gauge running = make.CreateGauge("mpcache_running", "Answers under way.");
        Gauge waiting = make.CreateGauge("mpcache_waiting", "Requests that wait for their turn.");
        Registry.AddBeforeCollectCallback(() =>
        {
            running.Set(model.Running);
            waiting.Set(model.Waiting);
        });
    }

    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    /// <summary>Why the last answer failed; null where it did not.</summary>
    public string? LastFailure { get; private set; }

    /// <summary>The same events, counted.</summary>
    public async IAsyncEnumerable<GenerationEvent> Count(IAsyncEnumerable<GenerationEvent> events)
    {
        string outcome = "cancelled";
        await using IAsyncEnumerator<GenerationEvent> source = events.GetAsyncEnumerator();
        try
        {
            while (await Next())
            {
                if (source.Current is GenerationEvent.Finished done)
                {
                    outcome = "whole";
                    LastFailure = null;
                    Add(done.Report);
                }

                yield return source.Current;
            }
        }
        finally
        {
            _answers.WithLabels(outcome).Inc();
        }

        async ValueTask<bool> Next()
        {
            try
            {
                return await source.MoveNextAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                outcome = e is BusyException ? "refused" : "failed";
                LastFailure = e is BusyException ? LastFailure : ApiError.Of(e).Message;
                throw;
            }
        }
    }

    private void Add(GenerationReport report)
    {
        _tokens.WithLabels("prompt").Inc(report.PromptIds.Length);
        _tokens.WithLabels("answer").Inc(report.Tokens.Length);
        PhaseLine[] all = [report.Setup, report.Prefill, .. report.Decode];
        foreach ((PhaseLine phase, int i) in all.Select((p, i) => (p, i)))
        {
            string name = i switch { 0 => "setup", 1 => "prompt", _ => "tokens" };
            _rounds.WithLabels(name).Inc(phase.Rounds);
            _seconds.WithLabels(name).Inc(phase.Seconds);
            _bytes.WithLabels("client_to_server").Inc(phase.Bytes.ClientToServer);
            _bytes.WithLabels("server_to_client").Inc(phase.Bytes.ServerToClient);
            _bytes.WithLabels("dealer_to_client").Inc(phase.Bytes.DealerToClient);
            _bytes.WithLabels("dealer_to_server").Inc(phase.Bytes.DealerToServer);
            if (i > 1)
            {
                _token.Observe(phase.Seconds);
            }
        }

        foreach (StageLine stage in report.Stages)
        {
            _stages.WithLabels(stage.Name).Inc(stage.Seconds);
        }
    }
}
