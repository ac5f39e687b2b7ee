using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Client;

/// <summary>
/// Ends links with the reason when a session fails, so that every process names the root cause. Peers get one of a few fixed sentences,
/// never this process's own words.
/// </summary>
public static class Links
{
    /// <summary>Runs a session and closes its links with the reason if it fails.</summary>
    /// <param name="session">The session.</param>
    /// <param name="self">Who runs it.</param>
    /// <param name="links">Its links.</param>
    /// <exception cref="Exception">What the session threw.</exception>
    public static T Closing<T>(Func<T> session, Role self, params ILink[] links)
    {
        try
        {
            return session();
        }
        catch (Exception e)
        {
            string reason = EndReasons.Sentence(EndReasons.Of(e), self);
            foreach (ILink link in links)
            {
                link.Close(reason);
            }

            throw;
        }
    }
}
