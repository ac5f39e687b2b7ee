using MPCache.Interop;

namespace MPCache.Kernels.Tests;

/// <summary>Every case of every kernel gives the same bits on every native set as in C#.</summary>
public sealed class NativeEqualsManagedTests
{
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
        int tried = 0;
        foreach ((KernelCall managed, KernelCall native) in KernelCases.All[kernel](new Data(1)).Zip(KernelCases.All[kernel](new Data(1))))
        {
            UsingSet.Run(InstructionSets.Managed, managed.Run);
            UsingSet.Run(set, native.Run);
            for (int i = 0; i < managed.Outputs.Count; i++)
            {
                AssertSame(managed.Outputs[i], native.Outputs[i], $"{kernel} on {set}, case {tried}, output {i}");
            }

            tried++;
        }

        Assert.True(tried >= KernelCases.Several.Length, $"{kernel} was tried {tried} times only.");
    }

    /// <summary>Whoever writes a kernel that leaves its output alone on every set would pass the test above.</summary>
    [Fact]
    public void EveryKernelWrites()
    {
        foreach ((string kernel, Func<Data, IEnumerable<KernelCall>> cases) in KernelCases.All)
        {
            KernelCall call = cases(new Data(1)).Last();
            Array[] before = [.. call.Outputs.Select(output => (Array)output.Clone())];
            call.Run();
            bool untouched = before.Zip(call.Outputs).Any(pair => Same(pair.First, pair.Second) >= pair.First.Length);
            Assert.False(untouched, $"{kernel} wrote nothing.");
        }
    }

    [Fact]
    public void NoKernelAllocates()
    {
        foreach (string set in KernelSelection.Available())
        {
            foreach ((string kernel, Func<Data, IEnumerable<KernelCall>> cases) in KernelCases.All)
            {
                KernelCall call = cases(new Data(1)).Last();
                long allocated = UsingSet.Run(set, () =>
                {
                    call.Run();
                    long before = GC.GetAllocatedBytesForCurrentThread();
                    call.Run();
                    return GC.GetAllocatedBytesForCurrentThread() - before;
                });
                Assert.True(allocated == 0, $"{kernel} on {set} allocated {allocated} bytes.");
            }
        }
    }

    private static void AssertSame(Array expected, Array found, string where)
    {
        Assert.Equal(expected.Length, found.Length);
        int same = Same(expected, found);
        if (same < expected.Length)
        {
            Assert.Fail($"{where}: element {same} is {found.GetValue(same):x}, managed {expected.GetValue(same):x}");
        }
    }

    /// <summary>How many elements are equal from the start.</summary>
    private static int Same(Array left, Array right) => left switch
    {
        ulong[] words => words.AsSpan().CommonPrefixLength((ulong[])right),
        ushort[] halves => halves.AsSpan().CommonPrefixLength((ushort[])right),
        byte[] bytes => bytes.AsSpan().CommonPrefixLength((byte[])right),
        _ => throw new NotSupportedException($"Outputs of {left.GetType().GetElementType()} are not compared."),
    };
}
