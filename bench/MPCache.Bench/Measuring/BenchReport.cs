using System.Text.Json.Serialization;

namespace MPCache.Bench;

/// <summary>What each benchmark writes with <c>--json</c>.</summary>
/// <typeparam name="TRow">Its rows.</typeparam>
internal sealed record BenchReport<TRow>
{
    /// <summary>The benchmark's command.</summary>
    [JsonPropertyName("bench")]
    public required string Bench { get; init; }

    /// <summary>The model's name, where there is one.</summary>
    [JsonPropertyName("model"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>True where nothing ran and figures are the cost engine's.</summary>
    [JsonPropertyName("planned"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Planned { get; init; }

    /// <summary>What carried the messages, where there were any.</summary>
    [JsonPropertyName("transport"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Transport { get; init; }

    /// <summary>The slower link that the real one acted like.</summary>
    [JsonPropertyName("link"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LinkLine? Link { get; init; }

    [JsonPropertyName("machine")]
    public MachineLine Machine { get; init; } = MachineLine.Here;

    [JsonPropertyName("rows")]
    public required TRow[] Rows { get; init; }

    /// <summary>Writes the file that was asked for, and shows the rows unless they went to standard output.</summary>
    public void Write(string? json, Action<BenchReport<TRow>> show)
    {
        if (json is not null)
        {
            Rendering.WriteJson(json, this);
        }

        if (json != "-")
        {
            show(this);
        }
    }
}

/// <summary>Where the times were taken.</summary>
internal sealed record MachineLine(
    [property: JsonPropertyName("processors")] int Processors,
    [property: JsonPropertyName("instruction_set")] string InstructionSet,
    [property: JsonPropertyName("system")] string System,
    [property: JsonPropertyName("runtime")] string Runtime)
{
    public static MachineLine Here { get; } = new(
        Environment.ProcessorCount,
        Kernels.Kernel.InstructionSet,
        global::System.Runtime.InteropServices.RuntimeInformation.OSDescription,
        global::System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
}
