using System.CommandLine;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary><c>mpcache keys</c>.</summary>
internal static class KeysCommand
{
    private static readonly string[] Roles = ["client", "server", "dealer"];

    public static Command Create() => new("keys",
        "Make this machine's keys, and say which peers to trust. A role's keys are one file that its owner alone can read.")
    {
        New(), Show(), Trust(), List(), Forget(),
    };

    private static Command New()
    {
        Argument<string?> role = RoleArgument<string?>("role", "Whose keys: client, server or dealer.");
        role.Arity = ArgumentArity.ZeroOrOne;
        Option<bool> all = new("--all")
        {
            Description = "Keys for all three roles, which trust each other: for three processes of one "
            + "user on one machine."
        };
        Option<string?> file = CommonOptions.Keys();
        var command = new Command("new", "Make a role's keys, and print their fingerprint.") { role, all, file };
        command.Validators.Add(r =>
        {
            if (r.GetValue(role) is null != r.GetValue(all))
            {
                r.AddError("Say whose keys to make: client, server or dealer, or --all.");
            }
        });
        command.SetAction(r =>
        {
            Keyring[] rings = r.GetValue(all) ? [.. Keyring.Together(Role.Client, Role.Server,
                Role.Dealer).Values] : [Keyring.Create(KeyFile.RoleOf(r.GetValue(role)!))];
            string[] paths = [.. rings.Select(
                ring => !r.GetValue(all) && r.GetValue(file) is { } named ? named : KeyFile.DefaultPath(ring.Owner))];
            foreach (string taken in paths.Where(File.Exists).Take(1))
            {
                throw new IOException($"{taken} is there already: whoever trusts its key would not know a new one. Remove it first if "
                    + $"that is what you want.");
            }

            foreach ((Keyring ring, string path) in rings.Zip(paths))
            {
                KeyFile.Save(ring, path, replace: false);
                Print(ring);
                Console.Error.WriteLine($"written to {path}");
            }
        });
        return command;
    }

    private static Command Show()
    {
        Argument<string> role = RoleArgument<string>("role", "Whose keys.");
        Option<string?> file = CommonOptions.Keys();
        var command = new Command("show", "Print a role and its fingerprint: what its peers need to trust it.") { role, file };
        command.SetAction(r => Print(Load(r.GetValue(role)!, r.GetValue(file)).Ring));
        return command;
    }

    private static Command Trust()
    {
        Argument<string> role = RoleArgument<string>("role", "Who trusts.");
        Argument<string> peer = RoleArgument<string>("peer", "What the peer is.");
        Argument<string> fingerprint = new("fingerprint")
        {
            Description = "The peer's fingerprint, as \"mpcache keys show\" prints it "
            + "there."
        };
        Option<string?> note = new("--note") { Description = "Whose it is, for your own memory.", HelpName = "TEXT" };
        Option<string[]> models = new("--model-sha256")
        {
            Description = "At a dealer, for a server: the model that it may be dealt for, by the beginning of its SHA-256 (8 digits or "
                + "more); several times for several, none for any.",
            HelpName = "HEX",
        };
        Option<string?> file = CommonOptions.Keys();
        var command = new Command("trust", "Trust a peer's key in a role.") { role, peer, fingerprint, note, models, file };
        command.SetAction(r =>
        {
            (Keyring ring, string path) = Load(r.GetValue(role)!, r.GetValue(file));
            string[] named = r.GetValue(models) ?? [];
            Role other = KeyFile.RoleOf(r.GetValue(peer)!);
            if (other == ring.Owner)
            {
                throw new ArgumentException($"A {ring.Owner.ToString().ToLowerInvariant()} never meets another: trust peers of the other "
                    + $"two roles.");
            }

            if (named.Length > 0 && (ring.Owner, other) != (Role.Dealer, Role.Server))
            {
                throw new ArgumentException("--model-sha256 is for a dealer's trust in a server: nobody else is asked for which model it "
                    + "may work.");
            }

            if (named.FirstOrDefault(m => m.Length is < 8 or > 64 || !m.All(char.IsAsciiHexDigit)) is { } wrong)
            {
                throw new ArgumentException($"--model-sha256 takes 8 to 64 hexadecimal digits, not \"{wrong}\".");
            }

            KeyFile.Save(ring.With(new TrustedPeer(other, r.GetValue(fingerprint)!, r.GetValue(note), named)), path, replace: true);
        });
        return command;
    }

    private static Command List()
    {
        Argument<string> role = RoleArgument<string>("role", "Whose trusted peers.");
        Option<string?> file = CommonOptions.Keys();
        var command = new Command("list", "Print a role's own fingerprint and whom it trusts.") { role, file };
        command.SetAction(r =>
        {
            (Keyring ring, string path) = Load(r.GetValue(role)!, r.GetValue(file));
            Console.WriteLine($"{Word(ring.Owner)} {ring.Fingerprint} (its own, in {path})");
            foreach (TrustedPeer peer in ring.Trusted)
            {
                string models = peer.Models is { Count: > 0 } some ? $"  models {string.Join(", ", some)}" : "";
                Console.WriteLine($"{Word(peer.Role)} {peer.Fingerprint}{(peer.Note is null ? "" : $"  {peer.Note}")}{models}");
            }
        });
        return command;
    }

    private static Command Forget()
    {
        Argument<string> role = RoleArgument<string>("role", "Who forgets.");
        Argument<string> fingerprint = new("fingerprint") { Description = "The peer's fingerprint." };
        Option<string?> file = CommonOptions.Keys();
        var command = new Command("forget", "Trust a peer's key no longer.") { role, fingerprint, file };
        command.SetAction(r =>
        {
            (Keyring ring, string path) = Load(r.GetValue(role)!, r.GetValue(file));
            string gone = r.GetValue(fingerprint)!;
            if (!ring.Trusted.Any(t => t.Fingerprint == gone))
            {
                throw new ArgumentException($"{gone} is not among the peers in {path}: \"mpcache keys list {Word(ring.Owner)}\" prints "
                    + $"them.");
            }

            KeyFile.Save(ring.Without(gone), path, replace: true);
        });
        return command;
    }

    private static (Keyring Ring, string Path) Load(string role, string? file)
    {
        Role owner = KeyFile.RoleOf(role);
        string path = file ?? KeyFile.DefaultPath(owner);
        return (KeyFile.Load(path, owner), path);
    }

    private static void Print(Keyring ring) => Console.WriteLine($"{Word(ring.Owner)} {ring.Fingerprint}");

    private static string Word(Role role) => role.ToString().ToLowerInvariant();

    private static Argument<T> RoleArgument<T>(string name, string text)
    {
        var argument = new Argument<T>(name) { Description = text };
        argument.AcceptOnlyFromAmong(Roles);
        return argument;
    }
}
