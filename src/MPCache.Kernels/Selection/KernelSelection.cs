using MPCache.Interop;

namespace MPCache.Kernels;

/// <summary>
/// Which set of kernels runs, chosen at the first call and then kept. A failed choice is reported at every call, as itself:
/// a static constructor would wrap it into an exception that says nothing.
/// </summary>
internal static class KernelSelection
{
    private const int NotChosen = 0;
    private const int ManagedKernels = 1;
    private const int NativeKernels = 2;

    private static readonly Lock s_lock = new();
    private static volatile int s_state;
    private static string s_name = "";

    /// <summary>True where the C library runs the kernels.</summary>
    public static bool IsNative => (s_state == NotChosen ? Choose() : s_state) == NativeKernels;

    /// <summary>Name of the set in use.</summary>
    public static string Name
    {
        get
        {
            _ = IsNative;
            return s_name;
        }
    }

    /// <summary>The sets that can run here, from the slowest to the fastest.</summary>
    public static IReadOnlyList<string> Available() => NativeLibraryResolver.IsLoaded
        ? [.. InstructionSets.All
            .Where(name => name == InstructionSets.Managed || NativeMethods.IsaAvailable((int)InstructionSets.Number(name)) == 1)]
        : [InstructionSets.Managed];

    /// <summary>Switches to a set by name, as tests and benchmarks do. Not while kernels run.</summary>
    internal static void Use(string? name)
    {
        lock (s_lock)
        {
            Select(name);
        }
    }

    private static int Choose()
    {
        lock (s_lock)
        {
            return s_state == NotChosen ? Select(Environment.GetEnvironmentVariable(InstructionSets.Variable)) : s_state;
        }
    }

    private static int Select(string? requested)
    {
        // Asked to do without the library, one does not look at it: it may be the broken thing.
        if (requested == InstructionSets.Managed)
        {
            s_name = InstructionSets.Managed;
            return s_state = ManagedKernels;
        }

        if (NativeLibraryResolver.IsLoaded)
        {
            LibraryCheck.Run();
        }

        string? whyNot = NativeLibraryResolver.IsLoaded ? null : NativeLibraryResolver.Explanation;
        string name = InstructionSets.Choose(requested, Available(), whyNot);
        if (name != InstructionSets.Managed && NativeMethods.IsaSelect((int)InstructionSets.Number(name)) != (int)NativeStatus.Ok)
        {
            throw new KernelException($"{NativeLibraryResolver.LoadedFrom} says that {name} is available and then refuses it.");
        }

        s_name = name;
        return s_state = name == InstructionSets.Managed ? ManagedKernels : NativeKernels;
    }
}
