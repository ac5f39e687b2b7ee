using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MPCache.Service;

/// <summary>How JSON is written and read here.</summary>
internal static class Wire
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        MaxDepth = 32,
    };

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="RequestException">It is not what it should be.</exception>
    public static async Task<T> Read<T>(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Json, http.RequestAborted)
                ?? throw new RequestException("The body is null: a JSON object was due.", null, "invalid_json");
        }
        catch (JsonException e)
        {
            throw new RequestException($"The body cannot be read, at {e.Path ?? "its beginning"}: {e.Message.Split(" Path:")[0]}", null,
                "invalid_json");
        }
    }
}
