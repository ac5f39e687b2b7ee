using System.Text.Json;
using System.Text.Json.Serialization;
using MPCache.Cache;
using MPCache.Models;
using MPCache.Protocols;

namespace MPCache.Sessions;

/// <summary>What everybody may know of the server's model.</summary>
public sealed record PublicModel
{
    /// <summary>SHA-256 of the model's file or weights.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Sizes.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>Rings and fractional bits.</summary>
    public required FixedPointPlan Plan { get; init; }

    /// <summary>Names the mask B under which F was made: a hash of its seed.</summary>
    public required string MaskId { get; init; }

    /// <summary>The server's instruction set, for the report.</summary>
    public required string InstructionSet { get; init; }
}

/// <summary>Client's answer to the server's model.</summary>
public sealed record ClientHello(GenerationRequest Request, bool HasMaskedWeights);

/// <summary>Dealer to a party: its seed, and the session's public coins, in hexadecimal.</summary>
public sealed record PartySeed(string Seed, string Coins);

/// <summary>Server to dealer: the model's sizes and the seed of B.</summary>
public sealed record DealerModel(PublicModel Model, string MaskSeed);

/// <summary>What a process tells the client about its run when it is over.</summary>
public sealed record ProcessReport
{
    /// <summary>Corrections received in set-up and in each step, bytes.</summary>
    public long[] Dealt { get; init; } = [];

    /// <summary>Largest resident memory, MB.</summary>
    public double PeakMemoryMb { get; init; }

    /// <summary>CPU time, seconds.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>What the decoded tokens took of it, and where the process's time went.</summary>
    public DecodeShare Decode { get; init; } = new(0, 0, 0, 0);
}

/// <summary>Control messages: JSON in a frame.</summary>
internal static class Messages
{
    private const int Longest = 1 << 20;

    public static void Tell<T>(this IChannel channel, T message) => channel.Send(FrameKind.Control, JsonSerializer.SerializeToUtf8Bytes(message));

    public static T Hear<T>(this IChannel channel)
    {
        byte[] bytes = channel.Receive(FrameKind.Control, Longest);
        try
        {
            return JsonSerializer.Deserialize<T>(bytes) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new ChannelException(channel.Peer, $"sent a {typeof(T).Name} that cannot be read: {e.Message} Are both sides of the same version?", e);
        }
    }
}
