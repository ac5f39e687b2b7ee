namespace MPCache.Service;

/// <summary>How the gateway listens.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where programs find it.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8484";

    /// <summary>What programs must show (Authorization: Bearer ...); null for nothing.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Refuses addresses that leave the machine: prompts cross this one in the clear.</summary>
    /// <exception cref="ArgumentException">With the address and what to do.</exception>
    public Uri Checked()
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out Uri? uri) || uri.Scheme != "http" || uri.PathAndQuery != "/")
        {
            throw new ArgumentException($"--listen takes an address such as http://127.0.0.1:8484, not \"{Listen}\".");
        }

        return uri.IsLoopback ? uri : throw new ArgumentException(
            $"--listen {Listen} leaves this machine, and prompts reach the gateway in the clear. Listen on 127.0.0.1 on the machine whose "
                + "user asks; the parties may be anywhere.");
    }
}
