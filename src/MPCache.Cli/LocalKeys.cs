using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>
/// One-time keys of the processes that this one starts, made in memory and handed over by their standard input: nothing of them is ever
/// stored.
/// </summary>
internal static class LocalKeys
{
    private static readonly Lazy<IReadOnlyDictionary<Role, Keyring>> Rings = new(() => Keyring.Together(Role.Client, Role.Server,
        Role.Dealer));

    public static Keyring Of(Role role) => Rings.Value[role];

    /// <summary>The line that a child of this name reads first; empty where it needs no keys.</summary>
    public static string LineFor(string child) => child switch
    {
        "server" => Convert.ToBase64String(KeyFile.Serialize(Of(Role.Server))),
        "dealer" => Convert.ToBase64String(KeyFile.Serialize(Of(Role.Dealer))),
        _ => "",
    };

    /// <summary>In a child: the keys of that line.</summary>
    public static Keyring Read(Stream input)
    {
        var line = new List<byte>();
        Span<byte> one = stackalloc byte[1];
        while (input.Read(one) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        try
        {
            return KeyFile.Parse(Convert.FromBase64String(System.Text.Encoding.ASCII.GetString([.. line]).Trim()), "standard input");
        }
        catch (FormatException e)
        {
            throw new IOException("--child is for processes that mpcache starts itself: it needs one-time keys on standard input.", e);
        }
    }
}
