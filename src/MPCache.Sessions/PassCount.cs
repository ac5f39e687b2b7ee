using MPCache.Inference;

namespace MPCache.Sessions;

/// <summary>What the server and the dealer hold the client's word about passes to: it stays within its request.</summary>
internal sealed class PassCount(GenerationRequest request)
{
    private int _rows = 1; // the prompt gives one token

    /// <summary>Tokens that have been generated.</summary>
    public int Tokens { get; private set; }

    /// <summary>Takes a client's word.</summary>
    /// <exception cref="SessionException">It makes no sense, or goes beyond what was asked for.</exception>
    public void Take(NextStep next, string peer)
    {
        if (next.Kept < 1 || next.Kept > _rows)
        {
            throw new SessionException(EndReason.OutOfTurn, $"{peer} keeps {next.Kept:N0} of {_rows} rows.");
        }

        Tokens += next.Kept;
        _rows = next.Rows;
        if (next.More && (next.Rows < 1 || next.Rows > request.DraftTokens + 1))
        {
            throw new SessionException(EndReason.OutOfTurn, $"{peer} wants {next.Rows:N0} rows in a pass where it asked for "
                + $"{request.DraftTokens + 1} at most.");
        }

        if (next.More && Tokens + next.Rows > request.MaxTokens)
        {
            throw new SessionException(EndReason.OutOfTurn, $"{peer} wants more than the {request.MaxTokens:N0} tokens that it asked for.");
        }
    }
}
