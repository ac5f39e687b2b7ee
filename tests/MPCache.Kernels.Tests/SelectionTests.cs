using System.Diagnostics;
using MPCache.Interop;

namespace MPCache.Kernels.Tests;

/// <summary>Which set runs, and what is said when it cannot.</summary>
public sealed class SelectionTests
{
    private static readonly string[] s_withoutAvx512 = ["managed", "scalar", "avx2"];

    [Theory]
    [InlineData(null, "avx2")]
    [InlineData("", "avx2")]
    [InlineData(" ", "avx2")]
    [InlineData("scalar", "scalar")]
    [InlineData("avx2", "avx2")]
    [InlineData("managed", "managed")]
    public void Choose(string? requested, string expected) =>
        Assert.Equal(expected, InstructionSets.Choose(requested, s_withoutAvx512, null));

    [Fact]
    public void Choose_WithoutTheLibrary_IsManaged() => Assert.Equal("managed", InstructionSets.Choose(null, ["managed"], "not built"));

    [Theory]
    [InlineData("sse9", "MPCACHE_ISA=sse9 names no set of kernels. Available here: managed, scalar, avx2.")]
    [InlineData("AVX2", "MPCACHE_ISA=AVX2 names no set of kernels. Available here: managed, scalar, avx2.")]
    [InlineData("avx512", "MPCACHE_ISA=avx512 is not available. Available here: managed, scalar, avx2. This processor cannot run it.")]
    public void Choose_WhatIsNotThere(string requested, string message) =>
        Assert.Equal(message, Assert.Throws<KernelException>(() => InstructionSets.Choose(requested, s_withoutAvx512, null)).Message);

    [Fact]
    public void Choose_SaysWhyTheLibraryIsMissing()
    {
        KernelException exception = Assert.Throws<KernelException>(() => InstructionSets.Choose("scalar", ["managed"], "not built"));
        Assert.EndsWith("not built", exception.Message);
    }

    [Fact]
    public void Mismatch_SaysExpectedAndFound()
    {
        LibraryCheck.Same("ABI version", 1, 1);
        string message = Assert.Throws<KernelException>(() => LibraryCheck.Same("ABI version", 1, 2)).Message;
        Assert.Contains("ABI version expected 1, found 2", message);
    }

    [SkippableFact]
    public void Library_FitsThisProgram()
    {
        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);
        LibraryCheck.Run();
    }

    [SkippableFact]
    public void Use_SwitchesTheLibrary()
    {
        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);
        foreach (string set in KernelSelection.Available().Skip(1))
        {
            Assert.Equal((int)InstructionSets.Number(set), UsingSet.Run(set, NativeMethods.IsaActive));
            Assert.Equal(set, UsingSet.Run(set, () => Kernel.InstructionSet));
        }
    }

    [Fact]
    public void Use_UnknownChangesNothing()
    {
        string before = Kernel.InstructionSet;
        Assert.Throws<KernelException>(() => KernelSelection.Use("sse9"));
        Assert.Equal(before, Kernel.InstructionSet);
    }

    [Fact]
    public void Describe_NamesLibraryAndSets()
    {
        string text = Kernel.Describe();
        Assert.Contains(NativeLibraryResolver.LoadedFrom ?? "Tried:", text);
        Assert.Contains($"in use      {Kernel.InstructionSet}", text);
        Assert.Contains("available   managed", text);
    }

    /// <summary>The variable is read once a process, so a process of its own is what shows it.</summary>
    [SkippableTheory]
    [InlineData("managed", 0, "managed")]
    [InlineData("scalar", 0, "scalar")]
    [InlineData("nonsense", 3, "MPCACHE_ISA=nonsense names no set of kernels")]
    public void Variable_IsReadAtTheFirstCall(string value, int status, string text)
    {
        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);
        ProcessStartInfo start = new("dotnet", ["exec", typeof(SelectionTests).Assembly.Location])
        {
            RedirectStandardOutput = true,
            Environment = { [InstructionSets.Variable] = value },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Contains(text, output);
        Assert.Equal(status, process.ExitCode);
    }
}
