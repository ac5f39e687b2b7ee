namespace MPCache.Cli;

/// <summary>Bytes done of a known number, on standard error: one line on a terminal, a line every tenth elsewhere.</summary>
/// <param name="what">What is under way.</param>
/// <param name="total">Bytes in all.</param>
/// <param name="cancel">Ends it.</param>
internal sealed class ByteProgress(string what, long total, CancellationToken cancel)
{
    private readonly int _parts = Console.IsErrorRedirected ? 10 : 100;
    private long _shown = -1;

    /// <summary>So many bytes are done.</summary>
    public void Report(long bytes)
    {
        cancel.ThrowIfCancellationRequested();
        if (bytes * _parts / total is var part && part > _shown)
        {
            _shown = part;
            Console.Error.Write($"{(Console.IsErrorRedirected ? "" : "\r")}{what}: {Rendering.Bytes(bytes)} of {Rendering.Bytes(total)}"
                + (Console.IsErrorRedirected ? Environment.NewLine : ""));
        }
    }

    /// <summary>All is done.</summary>
    public void End()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine();
        }
    }
}
