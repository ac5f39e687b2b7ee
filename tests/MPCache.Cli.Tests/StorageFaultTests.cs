using System.Diagnostics;

namespace MPCache.Cli.Tests;

/// <summary>
/// Full disks, folders that can only be read and damaged files: an error that names the file and the cure, or no need of it. Disks are
/// mounted in a namespace of the test's own (util-linux' unshare); where that is not allowed, the tests are skipped.
/// </summary>
public sealed class StorageFaultTests : IDisposable
{
    private const string Full = "mount -t tmpfs -o size=1m none {0} && dd if=/dev/zero of={0}/full bs=4k 2>/dev/null;",
        Empty = "mount -t tmpfs -o ro none {0};", ReadOnly = "mount --bind {0} {0} && mount -o remount,ro,bind {0};";

    private readonly TempFolder _folder = new();

    [SkippableFact]
    public void MaskedWeightsThatCannotBeStoredAreNamedWithTheCure()
    {
        string cache = _folder.File("cache");
        Directory.CreateDirectory(cache);
        (int code, string full) = Generate(cache, Full);
        Assert.Equal(1, code);
        Assert.Contains($"mpcache: The masked weights (41 MB) could not be written to {cache}: No space left on device", full);
        Assert.Contains("Free some space", full);
        (code, string empty) = Generate(cache, Empty);
        Assert.Equal(1, code);
        Assert.Contains("Make the folder one that can be written", empty);

        Assert.Equal(0, Generate(cache, "").Code);
        (code, string kept) = Generate(cache, ReadOnly);
        Assert.True(code == 0, kept); // what is there already is only read
        string file = Assert.Single(Directory.GetFiles(cache, "*.masked"));
        using (FileStream damage = new(file, FileMode.Open, FileAccess.ReadWrite))
        {
            damage.Position = 200_000;
            int was = damage.ReadByte();
            damage.Position = 200_000;
            damage.WriteByte((byte)(was ^ 1));
        }

        (code, string damaged) = Generate(cache, ReadOnly);
        Assert.Equal(1, code);
        Assert.Contains($"{file} is damaged or of another version, and cannot be removed", damaged);
        (code, string fetched) = Generate(cache, "");
        Assert.True(code == 0, fetched); // and is fetched again where it can be
    }

    [SkippableFact]
    public void KeysThatCannotBeStoredLeaveNothing()
    {
        string keys = _folder.File("keys");
        Directory.CreateDirectory(keys);
        foreach ((string mount, string cause) in new[] { (Full, "No space left on device"), (Empty, "Read-only file system") })
        {
            (int code, string said) = Run($"keys new client; ls {keys}", mount, keys, "MPCACHE_KEYS");
            Assert.Contains($"client.keys could not be written: {cause}", said);
            Assert.Contains("MPCACHE_KEYS", said);
            Assert.DoesNotContain(".new\n", said);
            Assert.Equal(0, code); // of ls
        }
    }

    [SkippableFact]
    public void AReportThatCannotBeStoredDoesNotTakeTheTextWithIt()
    {
        Skip.IfNot(File.Exists("/dev/full"));
        (int code, string said) = Generate(_folder.File("cache"), "", "--json", "/dev/full");
        Assert.Equal(1, code);
        Assert.Contains(" shall be", said);
        Assert.Contains("mpcache: /dev/full could not be written: No space left on device", said);
    }

    private (int Code, string Said) Generate(string cache, string mount, params string[] more) => Run(
        $"generate --local --model {Repository.Scribe} --ids 1,2,3 --max-tokens 2 --transport tcp {string.Join(' ', more)}", mount, cache,
        "MPCACHE_CACHE");

    private static (int Code, string Said) Run(string arguments, string mount, string folder, string variable)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "mpcache.dll");
        string script = $"exec 2>&1; {string.Format(System.Globalization.CultureInfo.InvariantCulture, mount, folder)} "
            + $"dotnet {tool} {arguments}";
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true };
        foreach (string word in new[] { "-rm", "sh", "-c", script })
        {
            start.ArgumentList.Add(word);
        }

        start.Environment[variable] = folder;
        Skip.IfNot(Allowed(), "mounts of one's own are not allowed here");
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said);
    }

    private static bool Allowed()
    {
        try
        {
            using Process process = Process.Start("unshare", "-rm mount -t tmpfs none /mnt");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public void Dispose() => _folder.Dispose();
}
