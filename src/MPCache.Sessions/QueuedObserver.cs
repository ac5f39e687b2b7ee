using System.Collections.Concurrent;

namespace MPCache.Sessions;

/// <summary>
/// Calls an observer from a thread of its own, in order. What a screen does with a token takes time that depends on the token; it must not
/// show in when the next message leaves.
/// </summary>
internal sealed class QueuedObserver : IGenerationObserver, IDisposable
{
    private readonly BlockingCollection<Action> _events = [];
    private readonly Task _calling;
    private readonly IGenerationObserver _observer;

    public QueuedObserver(IGenerationObserver observer)
    {
        _observer = observer;
        _calling = Task.Factory.StartNew(Call, TaskCreationOptions.LongRunning);
    }

    public void Receiving(long bytes, long total) => _events.Add(() => _observer.Receiving(bytes, total));

    public void Ready(PublicModel model) => _events.Add(() => _observer.Ready(model));

    public void Prefilled(int tokens, int total) => _events.Add(() => _observer.Prefilled(tokens, total));

    public void Token(int id, double seconds) => _events.Add(() => _observer.Token(id, seconds));

    public void LeftRange(int token) => _events.Add(() => _observer.LeftRange(token));

    /// <summary>Waits until everything has been told.</summary>
    public void Dispose()
    {
        _events.CompleteAdding();
        _calling.Wait();
        _events.Dispose();
    }

    private void Call()
    {
        foreach (Action tell in _events.GetConsumingEnumerable())
        {
            tell();
        }
    }
}
