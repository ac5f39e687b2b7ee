using MPCache.Inference;

namespace MPCache.Sessions;

/// <summary>
/// What a server lets clients ask for. Everything that tells more of the model than its text, or costs more than it grants, is off unless
/// its owner says otherwise.
/// </summary>
public sealed record ServerTerms
{
    /// <summary>Whether a client may have all logits of each step: enough of them tell the output matrix.</summary>
    public bool AllowLogits { get; init; }

    /// <summary>Whether a client may have the cache filled with noise in place of a prompt: for measurements.</summary>
    public bool AllowFilledCache { get; init; }

    /// <summary>Tokens of a prompt at most; 0: as many as the model was made for.</summary>
    public int MaxPromptTokens { get; init; }

    /// <summary>Tokens generated in a session at most; 0: as many as the model was made for.</summary>
    public int MaxNewTokens { get; init; }

    /// <summary>Pieces of a prompt side by side at most: each takes memory of its own at the server.</summary>
    public int MaxInFlight { get; init; } = 2 * GenerationRequest.DefaultInFlight;

    /// <summary>Refuses what is not granted.</summary>
    /// <exception cref="SessionException">With the option that would allow it.</exception>
    public void Check(GenerationRequest request)
    {
        Require(AllowLogits || request.Reveal != "logits", "The client asks for logits: --allow-logits would grant it.");
        Require(AllowFilledCache || !request.FillCache, "The client asks for a filled cache: --allow-filled-cache would grant it.");
        Require(MaxPromptTokens == 0 || request.PromptTokens <= MaxPromptTokens, $"The client's prompt of {request.PromptTokens:N0} "
            + $"tokens is above --max-prompt-tokens {MaxPromptTokens:N0}.");
        Require(MaxNewTokens == 0 || request.MaxTokens <= MaxNewTokens, $"The client asks for {request.MaxTokens:N0} tokens, above "
            + $"--max-new-tokens {MaxNewTokens:N0}.");
        Require(request.InFlight <= MaxInFlight, $"The client asks for {request.InFlight} pieces of the prompt side by side, above "
            + $"--max-in-flight {MaxInFlight}.");
    }

    private static void Require(bool granted, string message)
    {
        if (!granted)
        {
            throw new SessionException(EndReason.NotAllowed, message);
        }
    }
}
