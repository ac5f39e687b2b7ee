using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>
/// Ends links with the reason when a session fails, so that every process names the root cause. Peers get one of a few fixed sentences,
/// never this process's own words.
/// </summary>
internal static class Links
{
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
