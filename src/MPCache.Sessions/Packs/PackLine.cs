using System.Text.Json.Serialization;

namespace MPCache.Sessions;

/// <summary>A pack in a list.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">unused, spent or damaged.</param>
/// <param name="Detail">What it was spent for, or what is wrong.</param>
public sealed record PackLine(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("detail")] string Detail)
{
    internal const string Unused = "unused", Spent = "spent", Damaged = "damaged";

    internal PackLine(PackTicket ticket, string state, string detail)
        : this(ticket.Id, state, detail)
    {
        (Model, Policy, Commitment) = (ticket.Model, ticket.Request.Policy, ticket.Commitment);
        (PromptTokens, MaxTokens, DealtBytes) = (ticket.Request.PromptTokens, ticket.Request.MaxTokens, ticket.DealtBytes);
    }

    /// <summary>The model's name.</summary>
    [JsonPropertyName("model")]
    public string Model { get; init; } = "";

    /// <summary>The cache policy.</summary>
    [JsonPropertyName("policy")]
    public string Policy { get; init; } = "";

    /// <summary>Tokens of the prompt, exactly.</summary>
    [JsonPropertyName("prompt_tokens")]
    public int PromptTokens { get; init; }

    /// <summary>Tokens to generate.</summary>
    [JsonPropertyName("max_tokens")]
    public int MaxTokens { get; init; }

    /// <summary>Bytes of corrections at the server.</summary>
    [JsonPropertyName("dealt_bytes")]
    public long DealtBytes { get; init; }

    [JsonIgnore]
    internal string Commitment { get; init; } = "";

    internal static PackLine Broken(string path, string why) => new(Path.GetFileNameWithoutExtension(path), Damaged, why);
}
