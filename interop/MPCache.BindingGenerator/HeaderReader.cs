using System.Globalization;
using System.Text;

namespace MPCache.BindingGenerator;

/// <summary>
/// Reads the header in two passes of the compiler: its declarations first, then a probe that makes the compiler say the values of macros,
/// as values of an enumeration.
/// </summary>
public sealed class HeaderReader(ResponseFile options)
{
    private const string Probe = "mpcache_generator_probe_";

    /// <summary>The model of the header.</summary>
    /// <exception cref="GeneratorException">The header is not there, or is no C.</exception>
    public HeaderModel Read()
    {
        if (!File.Exists(options.Header))
        {
            throw new GeneratorException($"The header {options.Header} does not exist.");
        }

        string include = $"#include \"{options.Header}\"\n";
        using TranslationUnit unit = new(include);
        List<LibClang.Cursor> ours = [.. unit.Declarations.Where(IsOurs)];
        return new HeaderModel(
            [.. OfKind(ours, LibClang.FunctionDecl).Select(ReadFunction)],
            [.. OfKind(ours, LibClang.EnumDecl).Select(ReadEnumeration)],
            [.. OfKind(ours, LibClang.StructDecl).Where(record => LibClang.IsCursorDefinition(record) != 0).Select(ReadStructure)],
            ReadMacros(include, OfKind(ours, LibClang.MacroDefinition).Where(m => LibClang.IsMacroFunctionLike(m) == 0).Select(Name)));
    }

    private static IEnumerable<LibClang.Cursor> OfKind(IEnumerable<LibClang.Cursor> cursors, int kind) =>
        cursors.Where(cursor => LibClang.GetCursorKind(cursor) == kind);

    private static string Name(LibClang.Cursor cursor) => LibClang.Take(LibClang.GetCursorSpelling(cursor));

    private static string Spelling(LibClang.Type type) => LibClang.Take(LibClang.GetTypeSpelling(type));

    private static string TypeOf(LibClang.Cursor cursor) => Spelling(LibClang.GetCursorType(cursor));

    private static IReadOnlyList<string> Notes(LibClang.Cursor cursor) =>
        [.. OfKind(LibClang.Children(cursor), LibClang.AnnotateAttr).Select(Name)];

    private static Function ReadFunction(LibClang.Cursor function) => new(
        Name(function),
        Spelling(LibClang.GetCursorResultType(function)),
        Comment(LibClang.Take(LibClang.GetRawCommentText(function))),
        Notes(function),
        [.. OfKind(LibClang.Children(function), LibClang.ParmDecl).Select(p => new Parameter(Name(p), TypeOf(p), Notes(p)))]);

    /// <summary>The words of a comment, without its stars.</summary>
    private static string Comment(string raw)
    {
        IEnumerable<string> lines = raw.Split('\n').Select(line => line.Trim().TrimStart('/').Trim('*').TrimEnd('/').TrimEnd('*').Trim());
        return string.Join(' ', lines.Where(line => line.Length > 0));
    }

    private static Enumeration ReadEnumeration(LibClang.Cursor enumeration) => new(
        Name(enumeration),
        [.. OfKind(LibClang.Children(enumeration), LibClang.EnumConstantDecl).Select(value => ReadValue(value, ""))]);

    private static Constant ReadValue(LibClang.Cursor value, string prefix) =>
        new(Name(value)[prefix.Length..], LibClang.GetEnumConstantDeclValue(value));

    private static Structure ReadStructure(LibClang.Cursor record)
    {
        LibClang.Type type = LibClang.GetCursorType(record);
        return new Structure(
            Name(record),
            LibClang.GetSizeOf(type),
            LibClang.GetAlignOf(type),
            [.. OfKind(LibClang.Children(record), LibClang.FieldDecl).Select(ReadField)]);
    }

    private static Field ReadField(LibClang.Cursor field)
    {
        LibClang.Type type = LibClang.GetCursorType(field);
        int count = (int)Math.Max(0, LibClang.GetArraySize(type));
        string element = Spelling(count > 0 ? LibClang.GetArrayElementType(type) : type);
        return new Field(Name(field), element, count, LibClang.GetOffsetOfField(field) / 8);
    }

    private static IReadOnlyList<Constant> ReadMacros(string include, IEnumerable<string> macros)
    {
        StringBuilder source = new(include);
        foreach (string macro in macros)
        {
            source.Append(CultureInfo.InvariantCulture, $"enum {{ {Probe}{macro} = {macro} }};\n");
        }

        using TranslationUnit unit = new(source.ToString());
        return
        [
            .. OfKind(unit.Declarations, LibClang.EnumDecl)
                .SelectMany(LibClang.Children)
                .Where(value => Name(value).StartsWith(Probe, StringComparison.Ordinal))
                .Select(value => ReadValue(value, Probe)),
        ];
    }

    private bool IsOurs(LibClang.Cursor cursor)
    {
        string name = Name(cursor);
        return name.StartsWith(options.Prefix, StringComparison.OrdinalIgnoreCase)
            && !options.Exclude.Contains(name);
    }
}
