using System.Security.Cryptography;
using System.Text;

namespace MPCache.Service;

/// <summary>
/// Lets in who may ask: a page of another site must not read a user's private answers, whether it names this address or has a name of its
/// own resolve to it (DNS rebinding).
/// </summary>
/// <param name="options">With the key, if there is one.</param>
internal sealed class Doorkeeper(GatewayOptions options)
{
    private static readonly string[] s_open = ["/", "/page.css", "/page.js", "/health"];

    private readonly byte[]? _key = options.ApiKey is { } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : null;

    /// <summary>Why a request is refused; null where it is not.</summary>
    public ApiError? Refuse(HttpRequest request)
    {
        if (!IsOurs(request.Host.Host))
        {
            return new ApiError(403, "invalid_request_error",
                "The Host header names no loopback address: this gateway answers programs of its own machine alone.", Code: "foreign_host");
        }

        string origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            return new ApiError(403, "invalid_request_error",
                "The request comes from a page of another origin, which this gateway does not answer.", Code: "foreign_origin");
        }

        return _key is null || s_open.Contains(request.Path.Value) || Shows(request.Headers.Authorization.ToString(), _key)
            ? null
            : new ApiError(401, "invalid_request_error", "The API key is missing or wrong: send Authorization: Bearer KEY.",
                Code: "invalid_api_key");
    }

    private static bool IsOurs(string host) => host is "localhost" or "127.0.0.1" or "[::1]";

    private static bool Shows(string authorization, byte[] key) =>
        authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[7..].Trim())), key);
}
