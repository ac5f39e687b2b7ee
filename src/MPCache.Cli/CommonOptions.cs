using System.CommandLine;
using MPCache.Inference;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>The embedded model, beside the program.</summary>
    public static string EmbeddedModel => Path.Combine(AppContext.BaseDirectory, "models", "scribe-5m.gguf");

    public static Option<string> Model(bool required, string text) => new("--model")
    {
        Description = text,
        Required = required,
        HelpName = "FILE|FOLDER"
    };

    public static Option<int> MaxTokens(int standard)
    {
        var option = new Option<int>("--max-tokens")
        {
            Description = "Tokens to generate at most.",
            DefaultValueFactory = _ => standard,
            HelpName = "N"
        };
        option.Validators.Add(r =>
        {
            if (r.Tokens is [{ Value: var given }] && int.TryParse(given, System.Globalization.CultureInfo.InvariantCulture,
                out int count) && count < 1)
            {
                r.AddError($"--max-tokens takes a number from 1 up, not {given}.");
            }
        });
        return option;
    }

    public static Option<string> Reveal()
    {
        var option = new Option<string>("--reveal")
        {
            Description = "What the client learns at each step: the chosen token, or all logits (cheaper, and it tells more of the model).",
            DefaultValueFactory = _ => "token",
        };
        option.AcceptOnlyFromAmong("token", "logits");
        return option;
    }

    public static Option<int> InFlight()
    {
        var option = new Option<int>("--in-flight")
        {
            Description = $"Pieces of the prompt, {Piece.MostRows} tokens each, that run side by side: more take fewer rounds and more "
                + "memory, at all three.",
            DefaultValueFactory = _ => GenerationRequest.DefaultInFlight,
            HelpName = "N",
        };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 1 or > GenerationRequest.MostInFlight)
            {
                r.AddError($"--in-flight takes a number from 1 to {GenerationRequest.MostInFlight}.");
            }
        });
        return option;
    }

    public static Option<double> MostWeights(string text)
    {
        var option = new Option<double>("--max-weights-gb") { Description = text, DefaultValueFactory = _ => 64, HelpName = "GB" };
        option.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<double>() is not (> 0 and < 1e6))
            {
                r.AddError("--max-weights-gb takes a number of gigabytes above 0.");
            }
        });
        return option;
    }

    public static long Bytes(double gigabytes) => (long)(gigabytes * 1e9);

    public static Option<string?> Json(string what) => new("--json")
    {
        Description = $"Write {what} as JSON to a file, - for standard "
        + $"output.",
        HelpName = "FILE"
    };

    public static Option<bool> Insecure() => new("--insecure-transport")
    {
        Description = "Neither encrypt nor know the peers, on this machine's loopback addresses alone; at all three processes or at none.",
    };

    public static Option<string?> Keys() => new("--keys")
    {
        Description = "The role's file of keys (mpcache keys); by default ROLE.keys in MPCACHE_KEYS, else in mpcache in the user's "
            + "configuration folder.",
        HelpName = "FILE",
    };

    /// <summary>The keys of a process that a user starts; null where it shall have none.</summary>
    public static Keyring? Ring(Role role, string? file, bool insecure) =>
        !insecure ? KeyFile.Load(file ?? KeyFile.DefaultPath(role), role)
        : file is null ? null : throw new ArgumentException("--insecure-transport uses no keys: leave it or --keys out.");

    public static Option<DataPlane> Transport() => new("--transport")
    {
        Description = "What carries the messages, netmq or tcp (plain sockets: faster). Dealer, server and client must use the same.",
        HelpName = "netmq|tcp",
        DefaultValueFactory = _ => DataPlane.NetMq,
        CustomParser = result =>
        {
            switch (result.Tokens.Single().Value)
            {
                case "netmq":
                    return DataPlane.NetMq;
                case "tcp":
                    return DataPlane.Tcp;
                default:
                    result.AddError($"--transport takes netmq or tcp, not \"{result.Tokens.Single().Value}\".");
                    return default;
            }
        },
    };

    public static Option<string?> Packs(string text) => new("--packs") { Description = text, HelpName = "FOLDER" };

    /// <summary>A role's packs; null where none are named.</summary>
    public static PackStore? Store(string? folder, Role role)
        => folder is null ? null : new PackStore(folder, role, SpentPacks.Standard);

    /// <summary>The word for it.</summary>
    public static string Word(this DataPlane plane) => plane.ToString().ToLowerInvariant();

    public static Option<string> Address(string name, string text, bool required) => new(name)
    {
        Description = text,
        Required = required,
        HelpName = "tcp://HOST:PORT"
    };
}
