using System.Runtime.InteropServices;

namespace MPCache.BindingGenerator;

/// <summary>
/// A C text as libclang sees it. The text and the one system header that it may use are files in memory, so that nothing of the machine's
/// C library or of an installed clang takes part.
/// </summary>
internal sealed unsafe class TranslationUnit : IDisposable
{
    private const string Name = "/mpcache-generator/header.c";

    /// <summary>The exact-width integers of C11, 7.20, from the types that the compiler itself says it has.</summary>
    private const string StandardIntegers =
        """
        typedef __INT8_TYPE__ int8_t;
        typedef __INT16_TYPE__ int16_t;
        typedef __INT32_TYPE__ int32_t;
        typedef __INT64_TYPE__ int64_t;
        typedef __UINT8_TYPE__ uint8_t;
        typedef __UINT16_TYPE__ uint16_t;
        typedef __UINT32_TYPE__ uint32_t;
        typedef __UINT64_TYPE__ uint64_t;
        #define INT64_C(x) x##L
        #define UINT64_C(x) x##UL
        """;

    private static readonly string[] s_arguments =
    [
        "-x", "c", "-std=c11", "-target", "x86_64-pc-linux-gnu", "-nostdinc", "-isystem", "/mpcache-generator",
        "-DMPCACHE_READ_ANNOTATIONS",
    ];

    private readonly List<nint> _memory = [];
    private readonly nint _index, _unit;

    /// <summary>Parses a text.</summary>
    /// <exception cref="GeneratorException">libclang is not there, or refuses the text.</exception>
    public TranslationUnit(string source)
    {
        try
        {
            _index = LibClang.CreateIndex(0, 0);
        }
        catch (DllNotFoundException exception)
        {
            throw new GeneratorException(
                $"libclang was not found: {exception.Message.Split('\n')[0].Trim()} It comes with the NuGet package "
                + "libclang.runtime.<platform>, of which MPCache.BindingGenerator.csproj names linux-x64's; add your platform's there.");
        }

        LibClang.UnsavedFile* files = stackalloc[] { File(Name, source), File("/mpcache-generator/stdint.h", StandardIntegers) };
        byte** arguments = stackalloc byte*[s_arguments.Length];
        for (int i = 0; i < s_arguments.Length; i++)
        {
            arguments[i] = Utf8(s_arguments[i]);
        }

        nint unit;
        int error = LibClang.ParseTranslationUnit(
            _index, Utf8(Name), arguments, s_arguments.Length, files, 2, LibClang.DetailedPreprocessingRecord, &unit);
        _unit = error == 0 ? unit : throw new GeneratorException($"libclang gave up on the header (error {error}).");
        string[] refusals = [.. Refusals()];
        if (refusals.Length > 0)
        {
            throw new GeneratorException(string.Join(Environment.NewLine, ["libclang could not read the header:", .. refusals]));
        }
    }

    /// <summary>All declarations and macros, in the order of the source.</summary>
    public IReadOnlyList<LibClang.Cursor> Declarations => LibClang.Children(LibClang.GetTranslationUnitCursor(_unit));

    /// <inheritdoc/>
    public void Dispose()
    {
        LibClang.DisposeTranslationUnit(_unit);
        LibClang.DisposeIndex(_index);
        _memory.ForEach(Marshal.FreeCoTaskMem);
    }

    private List<string> Refusals()
    {
        List<string> messages = [];
        for (uint i = 0; i < LibClang.GetNumDiagnostics(_unit); i++)
        {
            nint diagnostic = LibClang.GetDiagnostic(_unit, i);
            if (LibClang.GetDiagnosticSeverity(diagnostic) >= LibClang.Error)
            {
                messages.Add(LibClang.Take(LibClang.FormatDiagnostic(diagnostic, 1)));
            }

            LibClang.DisposeDiagnostic(diagnostic);
        }

        return messages;
    }

    private LibClang.UnsavedFile File(string name, string text) =>
        new() { Name = Utf8(name), Contents = Utf8(text), Length = (ulong)System.Text.Encoding.UTF8.GetByteCount(text) };

    private byte* Utf8(string text)
    {
        nint memory = Marshal.StringToCoTaskMemUTF8(text);
        _memory.Add(memory);
        return (byte*)memory;
    }
}
