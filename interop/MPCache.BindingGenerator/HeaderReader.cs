using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MPCache.BindingGenerator;

/// <summary>
/// Reads the header in two passes of the compiler: its declarations first, then a probe that makes the compiler say what
/// the tree does not hold (sizes, offsets, values of macros), as values of an enumeration.
/// </summary>
public sealed partial class HeaderReader(Clang clang, ResponseFile options)
{
    private const string Probe = "mpcache_generator_probe_";

    /// <summary>The model of the header.</summary>
    public HeaderModel Read()
    {
        if (!File.Exists(options.Header))
        {
            throw new GeneratorException($"The header {options.Header} does not exist.");
        }

        string include = $"#include \"{options.Header}\"\n";
        using JsonDocument tree = clang.Tree(include);
        List<JsonElement> declarations = [.. Inner(tree.RootElement).Where(IsOurs)];
        List<JsonElement> records = [.. declarations.Where(d => Kind(d) == "RecordDecl" && d.TryGetProperty("completeDefinition", out _))];
        List<string> macros = ValueMacros(clang.Macros(include));
        Dictionary<string, long> probed = RunProbe(include, records, macros);

        return new HeaderModel(
            [.. declarations.Where(d => Kind(d) == "FunctionDecl").Select(ReadFunction)],
            [.. declarations.Where(d => Kind(d) == "EnumDecl").Select(ReadEnumeration)],
            [.. records.Select(record => ReadStructure(record, probed))],
            [.. macros.Select(macro => new Constant(macro, probed[macro]))]);
    }

    private static IEnumerable<JsonElement> Inner(JsonElement element) =>
        element.TryGetProperty("inner", out JsonElement inner) ? inner.EnumerateArray() : [];

    private static string Kind(JsonElement element) => element.TryGetProperty("kind", out JsonElement kind) ? kind.GetString()! : "";

    private static string Name(JsonElement element) => element.TryGetProperty("name", out JsonElement name) ? name.GetString()! : "";

    private static string TypeOf(JsonElement element) => element.GetProperty("type").GetProperty("qualType").GetString()!;

    private bool IsOurs(JsonElement element) =>
        Name(element).StartsWith(options.Prefix, StringComparison.Ordinal) && !options.Exclude.Contains(Name(element));

    private static Function ReadFunction(JsonElement element)
    {
        string type = TypeOf(element);
        return new Function(
            Name(element),
            type[..type.IndexOf('(', StringComparison.Ordinal)].Trim(),
            [.. Inner(element).Where(p => Kind(p) == "ParmVarDecl").Select(p => new Parameter(Name(p), TypeOf(p)))]);
    }

    private static Enumeration ReadEnumeration(JsonElement element)
    {
        List<Constant> values = [];
        long next = 0;
        foreach (JsonElement item in Inner(element).Where(i => Kind(i) == "EnumConstantDecl"))
        {
            long value = ConstantOf(item) ?? next;
            values.Add(new Constant(Name(item), value));
            next = value + 1;
        }

        return new Enumeration(Name(element), values);
    }

    private static Structure ReadStructure(JsonElement record, Dictionary<string, long> probed)
    {
        string name = Name(record);
        List<Field> fields = [];
        foreach (JsonElement field in Inner(record).Where(f => Kind(f) == "FieldDecl"))
        {
            Match array = ArrayType().Match(TypeOf(field));
            fields.Add(new Field(
                Name(field),
                array.Success ? array.Groups["element"].Value : TypeOf(field),
                array.Success ? int.Parse(array.Groups["count"].Value, CultureInfo.InvariantCulture) : 0,
                probed[$"{name}__{Name(field)}"]));
        }

        return new Structure(name, probed[$"{name}__sizeof"], probed[$"{name}__alignof"], fields);
    }

    /// <summary>The compiler's sizes, alignments, offsets and macro values, by name.</summary>
    private Dictionary<string, long> RunProbe(string include, List<JsonElement> records, List<string> macros)
    {
        StringBuilder source = new(include);
        void Ask(string name, string expression) => source.Append(CultureInfo.InvariantCulture, $"enum {{ {Probe}{name} = {expression} }};\n");
        foreach (JsonElement record in records)
        {
            string name = Name(record);
            Ask($"{name}__sizeof", $"sizeof(struct {name})");
            Ask($"{name}__alignof", $"_Alignof(struct {name})");
            foreach (JsonElement field in Inner(record).Where(f => Kind(f) == "FieldDecl"))
            {
                Ask($"{name}__{Name(field)}", $"__builtin_offsetof(struct {name}, {Name(field)})");
            }
        }

        macros.ForEach(macro => Ask(macro, macro));
        using JsonDocument tree = clang.Tree(source.ToString());
        return Inner(tree.RootElement)
            .Where(d => Kind(d) == "EnumDecl")
            .SelectMany(Inner)
            .Where(c => Name(c).StartsWith(Probe, StringComparison.Ordinal))
            .ToDictionary(c => Name(c)[Probe.Length..], c => ConstantOf(c)!.Value);
    }

    private List<string> ValueMacros(string defines) =>
        [.. DefineLine().Matches(defines)
            .Select(match => match.Groups["name"].Value)
            .Where(name => name.StartsWith(options.Prefix, StringComparison.OrdinalIgnoreCase) && !options.Exclude.Contains(name))
            .Order(StringComparer.Ordinal)];

    private static long? ConstantOf(JsonElement enumConstant)
    {
        foreach (JsonElement inner in Inner(enumConstant))
        {
            if (inner.TryGetProperty("value", out JsonElement value))
            {
                return long.Parse(value.GetString()!, CultureInfo.InvariantCulture);
            }

            // Newer compilers wrap the constant in a conversion.
            if (ConstantOf(inner) is long nested)
            {
                return nested;
            }
        }

        return null;
    }

    [GeneratedRegex(@"^(?<element>.+?)\s*\[(?<count>\d+)\]$")]
    private static partial Regex ArrayType();

    [GeneratedRegex(@"^#define (?<name>\w+) \S", RegexOptions.Multiline)]
    private static partial Regex DefineLine();
}
