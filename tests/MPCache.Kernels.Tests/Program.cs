namespace MPCache.Kernels.Tests;

/// <summary>
/// Entry point of the test assembly when it is run by itself, as <see cref="SelectionTests"/> does to see a fresh process choose its
/// kernels: prints the set in use, or the error.
/// </summary>
public static class Program
{
    public static int Main()
    {
        try
        {
            Kernel.PrgFill(new AesKey(new byte[16]), 0, 0, new ulong[4]);
            Console.WriteLine(Kernel.InstructionSet);
            return 0;
        }
        catch (KernelException exception)
        {
            Console.WriteLine(exception.Message);
            return 3;
        }
    }
}
