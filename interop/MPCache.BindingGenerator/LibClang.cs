using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MPCache.BindingGenerator;

/// <summary>
/// The few functions of libclang's C interface (clang-c/Index.h) that reading a header takes. ClangSharp has them all, and is not to be had
/// everywhere; libclang itself is a NuGet package.
/// </summary>
internal static unsafe partial class LibClang
{
    /// <summary>Kinds of cursors, by their numbers in <c>enum CXCursorKind</c>.</summary>
    public const int StructDecl = 2, EnumDecl = 5, FieldDecl = 6, EnumConstantDecl = 7, FunctionDecl = 8, ParmDecl = 10;

    /// <summary>The same.</summary>
    public const int AnnotateAttr = 406, MacroDefinition = 501;

    /// <summary><c>CXTranslationUnit_DetailedPreprocessingRecord</c>: macros become cursors.</summary>
    public const uint DetailedPreprocessingRecord = 1;

    /// <summary><c>CXChildVisit_Continue</c>.</summary>
    public const int Continue = 1;

    /// <summary><c>CXDiagnostic_Error</c>; a fatal one is a number higher.</summary>
    public const int Error = 3;

    private const string Library = "libclang";

    [LibraryImport(Library, EntryPoint = "clang_createIndex")]
    public static partial nint CreateIndex(int excludeDeclarationsFromPch, int displayDiagnostics);

    [LibraryImport(Library, EntryPoint = "clang_disposeIndex")]
    public static partial void DisposeIndex(nint index);

    [LibraryImport(Library, EntryPoint = "clang_parseTranslationUnit2")]
    public static partial int ParseTranslationUnit(
        nint index, byte* name, byte** arguments, int argumentCount, UnsavedFile* files, uint fileCount, uint options, nint* unit);

    [LibraryImport(Library, EntryPoint = "clang_disposeTranslationUnit")]
    public static partial void DisposeTranslationUnit(nint unit);

    [LibraryImport(Library, EntryPoint = "clang_getNumDiagnostics")]
    public static partial uint GetNumDiagnostics(nint unit);

    [LibraryImport(Library, EntryPoint = "clang_getDiagnostic")]
    public static partial nint GetDiagnostic(nint unit, uint index);

    [LibraryImport(Library, EntryPoint = "clang_getDiagnosticSeverity")]
    public static partial int GetDiagnosticSeverity(nint diagnostic);

    [LibraryImport(Library, EntryPoint = "clang_formatDiagnostic")]
    public static partial Text FormatDiagnostic(nint diagnostic, uint options);

    [LibraryImport(Library, EntryPoint = "clang_disposeDiagnostic")]
    public static partial void DisposeDiagnostic(nint diagnostic);

    [LibraryImport(Library, EntryPoint = "clang_getTranslationUnitCursor")]
    public static partial Cursor GetTranslationUnitCursor(nint unit);

    [LibraryImport(Library, EntryPoint = "clang_visitChildren")]
    public static partial uint VisitChildren(Cursor parent, delegate* unmanaged[Cdecl]<Cursor, Cursor, nint, int> visitor, nint data);

    [LibraryImport(Library, EntryPoint = "clang_getCursorKind")]
    public static partial int GetCursorKind(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCursorSpelling")]
    public static partial Text GetCursorSpelling(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_getRawCommentText")]
    public static partial Text GetRawCommentText(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_isMacroFunctionLike")]
    public static partial uint IsMacroFunctionLike(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_isCursorDefinition")]
    public static partial uint IsCursorDefinition(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getEnumConstantDeclValue")]
    public static partial long GetEnumConstantDeclValue(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_Cursor_getOffsetOfField")]
    public static partial long GetOffsetOfField(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCursorType")]
    public static partial Type GetCursorType(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getCursorResultType")]
    public static partial Type GetCursorResultType(Cursor cursor);

    [LibraryImport(Library, EntryPoint = "clang_getTypeSpelling")]
    public static partial Text GetTypeSpelling(Type type);

    [LibraryImport(Library, EntryPoint = "clang_Type_getSizeOf")]
    public static partial long GetSizeOf(Type type);

    [LibraryImport(Library, EntryPoint = "clang_Type_getAlignOf")]
    public static partial long GetAlignOf(Type type);

    [LibraryImport(Library, EntryPoint = "clang_getArraySize")]
    public static partial long GetArraySize(Type type);

    [LibraryImport(Library, EntryPoint = "clang_getArrayElementType")]
    public static partial Type GetArrayElementType(Type type);

    [LibraryImport(Library, EntryPoint = "clang_getCString")]
    public static partial byte* GetCString(Text text);

    [LibraryImport(Library, EntryPoint = "clang_disposeString")]
    public static partial void DisposeString(Text text);

    /// <summary>The characters of a text of the library, which is given back.</summary>
    public static string Take(Text text)
    {
        string? characters = Marshal.PtrToStringUTF8((nint)GetCString(text));
        DisposeString(text);
        return characters ?? "";
    }

    /// <summary>What lies directly under a cursor, in the order of the source.</summary>
    public static IReadOnlyList<Cursor> Children(Cursor parent)
    {
        List<Cursor> children = [];
        GCHandle handle = GCHandle.Alloc(children);
        VisitChildren(parent, &Visit, GCHandle.ToIntPtr(handle));
        handle.Free();
        return children;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Visit(Cursor cursor, Cursor parent, nint data)
    {
        ((List<Cursor>)GCHandle.FromIntPtr(data).Target!).Add(cursor);
        return Continue;
    }

    /// <summary><c>CXString</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Text
    {
        private readonly nint _data;
        private readonly uint _flags;
    }

    /// <summary><c>CXCursor</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Cursor
    {
        private readonly int _kind, _extra;
        private readonly nint _data0, _data1, _data2;
    }

    /// <summary><c>CXType</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public readonly struct Type
    {
        private readonly int _kind;
        private readonly nint _data0, _data1;
    }

    /// <summary><c>CXUnsavedFile</c>: a file that exists in memory only.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct UnsavedFile
    {
        public byte* Name, Contents;
        public ulong Length;
    }
}
