using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>One phase of a generation.</summary>
public sealed record PhaseLine
{
    /// <summary>Wall-clock seconds at the client.</summary>
    [JsonPropertyName("seconds")] public double Seconds { get; init; }

    /// <summary>Tokens of the text that the phase gave: more than one where guesses were right. Absent for set-up.</summary>
    [JsonPropertyName("tokens"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Tokens { get; init; }

    /// <summary>Exchanges between client and server.</summary>
    [JsonPropertyName("rounds")] public long Rounds { get; init; }

    /// <summary>Payload bytes.</summary>
    [JsonPropertyName("bytes")] public required BytesLine Bytes { get; init; }

    /// <summary>The cost engine's figures; absent for set-up.</summary>
    [JsonPropertyName("predicted"),
        JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PredictedLine? Predicted { get; init; }

    /// <summary>Whether a number left the range of its fixed-point format in this phase; absent where nobody looked.</summary>
    [JsonPropertyName("left_range"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? LeftRange { get; init; }
}
