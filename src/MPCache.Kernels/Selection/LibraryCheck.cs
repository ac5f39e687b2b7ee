using MPCache.Interop;

namespace MPCache.Kernels;

/// <summary>Compares the library that was loaded with the header that this assembly was generated from.</summary>
internal static class LibraryCheck
{
    /// <summary>Throws, with what was expected and what was found, unless the two agree.</summary>
    public static unsafe void Run()
    {
        Same("ABI version", NativeConstants.AbiVersion, NativeMethods.AbiVersion());
        Same("size of mpcache_aes128", (uint)sizeof(NativeAes128), NativeMethods.StructSize(0));
        Same("size past the last structure", 0, NativeMethods.StructSize(1));

        int active = NativeMethods.IsaActive();
        if (!Enum.IsDefined((NativeIsa)active))
        {
            string known = string.Join(", ", Enum.GetValues<NativeIsa>().Select(isa => $"{(int)isa} ({isa})"));
            throw Mismatch("number of the instruction set in use", $"one of {known}", active.ToString());
        }

        Same("availability of the scalar kernels", 1, (uint)NativeMethods.IsaAvailable((int)NativeIsa.Scalar));
    }

    /// <summary>Throws unless an expected and a found number are equal.</summary>
    internal static void Same(string what, uint expected, uint found)
    {
        if (expected != found)
        {
            throw Mismatch(what, expected.ToString(), found.ToString());
        }
    }

    private static KernelException Mismatch(string what, string expected, string found) => new(
        $"{NativeLibraryResolver.LoadedFrom} does not fit this program: {what} expected {expected}, found {found}. " +
        $"Rebuild both together (`dotnet build`), or set {InstructionSets.Variable}={InstructionSets.Managed} to do without the library.");
}
