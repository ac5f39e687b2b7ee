namespace MPCache.Service;

/// <summary>A request that is not run.</summary>
/// <param name="error">What is answered.</param>
internal sealed class RequestException(ApiError error) : Exception(error.Message)
{
    public RequestException(string message, string? param, string code = "unsupported_value")
        : this(new ApiError(400, "invalid_request_error", message, param, code))
    {
    }

    public ApiError Error { get; } = error;
}
