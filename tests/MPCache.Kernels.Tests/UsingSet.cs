namespace MPCache.Kernels.Tests;

/// <summary>Runs something on a set of kernels and goes back to the set that was in use.</summary>
internal static class UsingSet
{
    public static T Run<T>(string set, Func<T> action)
    {
        string before = Kernel.InstructionSet;
        KernelSelection.Use(set);
        try
        {
            return action();
        }
        finally
        {
            KernelSelection.Use(before);
        }
    }

    public static void Run(string set, Action action) => Run(set, () =>
    {
        action();
        return true;
    });
}
