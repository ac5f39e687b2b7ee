using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>What crashes, changed masks and accidents leave in the client's cache folder.</summary>
public sealed class CacheFolderTests(Victim victim) : IClassFixture<Victim>
{
    [Fact]
    public void WhatAKilledReceiverLeftIsRemovedAndWhatIsBeingReceivedStays()
    {
        using var folder = new TempFolder();
        string abandoned = folder.Write("0123456789ABCDEF-0123456789ABCDEF.masked.77.partial", new byte[100]);
        string live = folder.File("FEDCBA9876543210-0123456789ABCDEF.masked.78.partial");
        using FileStream receiving = new(live, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Generate(folder);
        Assert.False(File.Exists(abandoned));
        Assert.True(File.Exists(live));
    }

    [Fact]
    public void AChangedMaskLeavesOneOldFileAtMost()
    {
        using var folder = new TempFolder();
        string current = MaskedWeightsFile.PathFor(folder.Path, victim.Model.Public), model = Path.GetFileName(current).Split('-')[0];
        string[] old = [.. Enumerable.Range(1, 3).Select(i => folder.Write($"{model}-{i:X16}.masked", [1]))];
        string other = folder.Write("0000000000000000-0000000000000001.masked", [1]);
        for (int i = 0; i < old.Length; i++)
        {
            File.SetLastAccessTimeUtc(old[i], DateTime.UtcNow.AddDays(-i));
        }

        Generate(folder);
        Assert.Equal([true, false, false], old.Select(File.Exists));
        Assert.True(File.Exists(current) && File.Exists(other));
    }

    [Fact]
    public void AFolderInPlaceOfTheFileIsNamed()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(MaskedWeightsFile.PathFor(folder.Path, victim.Model.Public));
        Exception error = Assert.ThrowsAny<Exception>(() => Generate(folder));
        Assert.Contains("is a folder", error.ToString());
        Assert.DoesNotContain("Free some space", error.ToString());
    }

    private void Generate(TempFolder folder) => new InProcess(victim.Model, victim.File, folder.Path).Generate(Victim.Request,
        Victim.Prompt);
}
