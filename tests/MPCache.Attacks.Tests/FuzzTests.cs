using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>
/// Damaged files and records of every kind are read or refused with a message of ours: no other exception, no hang, no memory that the
/// input's size does not explain. Hours of it: <c>bench fuzz</c>.
/// </summary>
public sealed class FuzzTests
{
    private const int Inputs = 150;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void DamageIsReadOrRefused(string name)
    {
        FuzzTarget target = FuzzTargets.All.Single(t => t.Name == name);
        Assert.All(target.Seeds.Value, seed => Assert.Equal(("read", null), Fuzzer.Try(target, seed)));
        Fuzzer.Result result = Fuzzer.Run(target, seed: 1, inputs => inputs < Inputs);
        Assert.True(result.Finding is null, $"{result.Finding?.What}\n{Convert.ToBase64String(result.Finding?.Input ?? [])}");
    }

    /// <summary>What was found once, mended, and must not come back.</summary>
    [Fact]
    public void WhatWasFoundStaysMended() => Assert.All(FuzzTargets.All, target =>
    {
        string folder = Repository.File("tests", "fixtures", "fuzz", target.Name);
        string[] inputs = Directory.Exists(folder) ? Directory.GetFiles(folder) : [];
        Assert.All(inputs, input => Assert.Null(Fuzzer.Try(target, File.ReadAllBytes(input)).Finding));
    });

    [Fact]
    public void EveryRecordHasATarget() => Assert.All(
        Conversation.All,
        message => Assert.Contains(FuzzTargets.All, t => t.Name == $"record-{message.Name}"));

    [Fact]
    public void WhatThrowsHangsOrTakesTooMuchIsFound()
    {
        FuzzTarget Of(Func<byte[], string> read) => new("planted", new(() => [new byte[64]]), read);
        FuzzTarget throws = Of(bytes => bytes.Length % 2 == 1 ? throw new IndexOutOfRangeException() : "read");
        Assert.Contains("IndexOutOfRange", Fuzzer.Run(throws, 1, inputs => inputs < 1000).Finding!.What);
        FuzzTarget takes = Of(bytes => new byte[bytes.Length < 64 ? 80 << 20 : 1].Length.ToString(
            System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("allocated", Fuzzer.Run(takes, 1, inputs => inputs < 1000).Finding!.What);
    }
}
