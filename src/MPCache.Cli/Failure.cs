using MPCache.Inference;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Cli;

/// <summary>Turns exceptions into one line that names the cause and the cure.</summary>
internal static class Failure
{
    public static async Task<int> Guard(Func<Task<int>> run, bool verbose)
    {
        try
        {
            return await run();
        }
        catch (Exception e)
        {
            Exception cause = e is AggregateException { InnerException: { } inner } ? inner : e;
            if (cause is OperationCanceledException)
            {
                Console.Error.WriteLine("interrupted");
                return ExitCode.Interrupted;
            }

            Console.Error.WriteLine(verbose ? cause.ToString() : $"mpcache: {Describe(cause)}");
            return ExitCode.Failure;
        }
    }

    private static string Describe(Exception e) => e switch
    {
        ChannelException or ModelFormatException or CalibrationException or ArgumentException or IOException
            or UnauthorizedAccessException => e.Message.Replace(Environment.NewLine, " "),
        OutOfMemoryException => "Not enough memory. Use a smaller model or a shorter prompt.",
        _ => $"{e.GetType().Name}: {e.Message} (--verbose shows where; please report this)",
    };
}
