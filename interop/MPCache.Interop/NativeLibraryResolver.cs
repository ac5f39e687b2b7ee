using System.Reflection;
using System.Runtime.InteropServices;

namespace MPCache.Interop;

/// <summary>
/// Finds the C library: next to the program, or next to this assembly. Nowhere else, so that a library of another build that
/// happens to lie on the system's search path is never taken.
/// </summary>
public static class NativeLibraryResolver
{
    private const string HowToBuild =
        "Build it with `dotnet build` (needs cmake and a C compiler: apt-get install cmake gcc), which puts it next to the program.";

    private static readonly List<string> s_tried = [];

    static NativeLibraryResolver()
    {
        foreach (string path in Candidates())
        {
            if (!File.Exists(path))
            {
                s_tried.Add($"{path} (not there)");
                continue;
            }

            try
            {
                Handle = NativeLibrary.Load(path);
                LoadedFrom = path;
                break;
            }
            catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
            {
                s_tried.Add($"{path} ({exception.Message.ReplaceLineEndings(" ").Trim()})");
            }
        }

        NativeLibrary.SetDllImportResolver(typeof(NativeLibraryResolver).Assembly, Resolve);
    }

    /// <summary>Handle of the library; zero where there is none.</summary>
    public static nint Handle { get; }

    /// <summary>The library's file; null where there is none.</summary>
    public static string? LoadedFrom { get; }

    /// <summary>True when the library is there and could be loaded.</summary>
    public static bool IsLoaded => Handle != 0;

    /// <summary>Where the library was found, or where it was looked for and how to build it.</summary>
    public static string Explanation => IsLoaded
        ? $"{NativeConstants.LibraryName} was loaded from {LoadedFrom}."
        : $"{FileName} was not found. Tried: {string.Join("; ", s_tried)}. {HowToBuild}";

    private static string FileName =>
        OperatingSystem.IsWindows() ? $"{NativeConstants.LibraryName}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{NativeConstants.LibraryName}.dylib"
        : $"lib{NativeConstants.LibraryName}.so";

    /// <summary>Puts the resolver in place, once.</summary>
    public static void Register()
    {
        // The work is the static constructor's, which the runtime runs once whatever the number of threads.
    }

    private static IEnumerable<string> Candidates()
    {
        // An assembly in a single-file program has no place of its own.
        string? beside = Path.GetDirectoryName(typeof(NativeLibraryResolver).Assembly.Location);
        return new[] { AppContext.BaseDirectory, beside }
            .Where(folder => !string.IsNullOrEmpty(folder))
            .Select(folder => Path.Combine(Path.GetFullPath(folder!), FileName))
            .Distinct();
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name != NativeConstants.LibraryName ? 0
        : IsLoaded ? Handle
        : throw new DllNotFoundException(Explanation);
}
