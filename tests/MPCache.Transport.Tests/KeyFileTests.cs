using MPCache.Protocols;

namespace MPCache.Transport.Tests;

public sealed class KeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcache-keys-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "below", "server.keys");

    [Fact]
    public void KeysComeBackAsTheyWereWritten()
    {
        using Keyring client = Keyring.Create(Role.Client), server = Keyring.Create(Role.Server);
        Assert.NotEqual(client.Fingerprint, server.Fingerprint);
        Keyring written = server.With(new TrustedPeer(Role.Client, client.Fingerprint, "a friend's")).With(new TrustedPeer(Role.Dealer,
            Other(), null));
        KeyFile.Save(written, Path, replace: false);
        using Keyring read = KeyFile.Load(Path, Role.Server);
        Assert.Equal(server.Fingerprint, read.Fingerprint);
        Assert.Equal(written.Trusted.Select(t => (t.Role, t.Fingerprint, t.Note)), read.Trusted.Select(t => (t.Role, t.Fingerprint,
            t.Note)));
        Assert.NotNull(read.Find(Role.Client, client.Fingerprint));
        Assert.Null(read.Find(Role.Dealer, client.Fingerprint));
        Assert.Null(read.Without(client.Fingerprint).Find(Role.Client, client.Fingerprint));
    }

    [Fact]
    public void OnlyTheOwnerMayReadThem()
    {
        using Keyring keys = Keyring.Create(Role.Server);
        KeyFile.Save(keys, Path, replace: false);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!) & (UnixFileMode)0x3f);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Contains($"chmod 600 {Path}", Assert.Throws<IOException>(() => KeyFile.Load(Path, Role.Server)).Message);
    }

    [Fact]
    public void WhatIsWrongIsNamedWithItsCure()
    {
        Assert.Contains("mpcache keys new server", Assert.Throws<IOException>(() => KeyFile.Load(Path, Role.Server)).Message);
        using Keyring keys = Keyring.Create(Role.Server);
        KeyFile.Save(keys, Path, replace: false);
        Assert.Contains("there already", Assert.Throws<IOException>(() => KeyFile.Save(keys, Path, replace: false)).Message);
        Assert.Contains("keys of a server; a dealer", Assert.Throws<IOException>(() => KeyFile.Load(Path, Role.Dealer)).Message);
        Assert.Contains("no fingerprint", Assert.Throws<ArgumentException>(() => keys.With(new TrustedPeer(Role.Client,
            "SHA256:short"))).Message);
        Assert.Contains("own key", Assert.Throws<ArgumentException>(() => keys.With(new TrustedPeer(Role.Client,
            keys.Fingerprint))).Message);
        byte[] whole = File.ReadAllBytes(Path);
        foreach (byte[] damaged in (byte[][])[[], [(byte)'{'], whole[..^20], [.. "{}"u8], [.. "[1]"u8]])
        {
            Assert.Contains("cannot be read as a file of keys", Assert.Throws<IOException>(() => KeyFile.Parse(damaged, Path)).Message);
        }
    }

    private static string Other()
    {
        using Keyring other = Keyring.Create(Role.Dealer);
        return other.Fingerprint;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
