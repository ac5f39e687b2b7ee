using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Service;

/// <summary>An answer that is an error object, as OpenAI's clients read it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">Kind of error.</param>
/// <param name="Message">Cause and cure.</param>
/// <param name="Param">The request's member that it is about.</param>
/// <param name="Code">For programs.</param>
internal sealed record ApiError(int Status, string Type, string Message, string? Param = null, string? Code = null)
{
    /// <summary>The body.</summary>
    public object Body => new { error = new { message = Message, type = Type, param = Param, code = Code } };

    /// <summary>Seconds until another try makes sense.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The error that stands for an exception.</summary>
    public static ApiError Of(Exception e) => e switch
    {
        RequestException r => r.Error,
        BusyException b => new ApiError(429, "rate_limit_error", b.Message, Code: "queue_full")
        {
            RetryAfter = (int)b.RetryAfter.TotalSeconds,
        },
        ArgumentException or ModelFormatException => new ApiError(400, "invalid_request_error", e.Message),
        SessionException { Reason: EndReason.NotAllowed or EndReason.OtherModel } => new ApiError(400, "invalid_request_error", e.Message),
        ChannelException or IOException => new ApiError(502, "api_error", e.Message, Code: "parties_failed"),
        OutOfMemoryException => new ApiError(500, "api_error", "Not enough memory for this prompt. Shorten it."),
        _ => new ApiError(500, "api_error", $"The gateway failed ({e.GetType().Name}). Please report this.", Code: "internal"),
    };

    /// <summary>Answers with it.</summary>
    public async Task Write(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await http.Response.WriteAsJsonAsync(Body, Wire.Json);
    }
}
