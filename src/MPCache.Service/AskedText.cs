using System.Text.Json;

namespace MPCache.Service;

/// <summary>Body of <c>/v1/completions</c>.</summary>
internal sealed record AskedText : AskedOptions
{
    public JsonElement? Prompt { get; init; }

    public int? BestOf { get; init; }

    public bool Echo { get; init; }

    public string? Suffix { get; init; }

    public string Text() => Prompt switch
    {
        { ValueKind: JsonValueKind.String } text when text.GetString() is { Length: > 0 } said => said,
        { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 && list[0].ValueKind == JsonValueKind.String
            && list[0].GetString() is { Length: > 0 } said => said,
        _ => throw new RequestException("prompt takes one text that is not empty.", "prompt", "invalid_value"),
    };

    protected override void Refuse()
    {
        base.Refuse();
        Refuse(BestOf is not (null or 1), "best_of", "One answer to a request: best_of must be 1.");
        Refuse(Echo, "echo", "echo is not there: the prompt is yours already.");
        Refuse(Suffix is { Length: > 0 }, "suffix", "suffix is not there: models that are run here go on with a text.");
    }
}
