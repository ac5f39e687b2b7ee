using MPCache.Interop;

namespace MPCache.Kernels.Tests;

/// <summary>Every kernel gives the same bits on every native set as in C#.</summary>
public sealed class NativeEqualsManagedTests
{
    private static readonly int[] s_lengths = [0, 1, 7, 8, 9, 31, 63, 64, 65, 1000];

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> data = [];
        foreach (string set in InstructionSets.All.Skip(1))
        {
            foreach (string name in KernelCases.All.Keys)
            {
                data.Add(set, name);
            }
        }

        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void SameBits(string set, string kernel)
    {
        Skip.IfNot(NativeLibraryResolver.IsLoaded, NativeLibraryResolver.Explanation);
        Skip.IfNot(KernelSelection.Available().Contains(set), $"This processor cannot run {set}.");
        foreach (int n in s_lengths)
        {
            Array[] managed = UsingSet.Run(InstructionSets.Managed, () => KernelCases.All[kernel](new Data(n + 1), n));
            Array[] native = UsingSet.Run(set, () => KernelCases.All[kernel](new Data(n + 1), n));
            Assert.Equal(managed.Length, native.Length);
            for (int i = 0; i < managed.Length; i++)
            {
                AssertSame(managed[i], native[i], $"{kernel} on {set}, length {n}, output {i}");
            }
        }
    }

    private static void AssertSame(Array expected, Array found, string where)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected.GetValue(i)!.Equals(found.GetValue(i)))
            {
                Assert.Fail($"{where}: element {i} is {found.GetValue(i):x}, managed {expected.GetValue(i):x}");
            }
        }
    }
}
