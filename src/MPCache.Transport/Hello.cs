using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// The first message each way. The connecting end says which link to act like (null for none) and the key of the session's third.
/// </summary>
internal sealed record Hello(string Protocol, string Role, string Session, string? Shape = null, string? Partner = null)
{
    public const string Name = "mpcache/3";

    /// <summary>Bytes of a hello at most.</summary>
    public const int Longest = 1024;

    /// <summary>A hello that says everything; null for anything else.</summary>
    public static Hello? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return json.Length <= Longest && JsonSerializer.Deserialize<Hello>(json) is
            {
                Protocol: not null, Role: not null,
                Session: not null
            } hello ? hello : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The link to act like.</summary>
    [JsonIgnore]
    public LinkSpeed? Link => Shape is not null && LinkSpeed.TryParse(Shape, out LinkSpeed? link) ? link : null;

    /// <summary>Why a peer that says this is refused; null where it is welcome.</summary>
    [JsonIgnore]
    public string? Refusal => Protocol != Name ? $"it speaks {Name}, you speak {Protocol}: install the same version on both sides."
        : Shape is not null && Link is null ? $"it knows no link \"{Shape}\": install the same version on both sides."
        : null;
}
