using System.Text;
using System.Text.RegularExpressions;

namespace MPCache.BindingGenerator;

/// <summary>C names to C# names and types.</summary>
public sealed class Names(ResponseFile options)
{
    private static readonly Dictionary<string, string> s_scalars = new()
    {
        ["uint8_t"] = "byte",
        ["int8_t"] = "sbyte",
        ["uint16_t"] = "ushort",
        ["int16_t"] = "short",
        ["uint32_t"] = "uint",
        ["int32_t"] = "int",
        ["uint64_t"] = "ulong",
        ["int64_t"] = "long",
        ["void"] = "void",
    };

    /// <summary>Words that C# keeps to itself and the header uses for parameters.</summary>
    private static readonly HashSet<string> s_reserved =
        ["out", "in", "ref", "params", "object", "string", "base", "fixed", "lock", "is", "as"];

    /// <summary><c>mpcache_gemm_nt_u64</c> to <c>GemmNtU64</c>; works on constants too.</summary>
    public string Pascal(string name) => Pascal(name, options.Prefix);

    /// <summary>A value of an enumeration, without the enumeration's own name in front.</summary>
    public string EnumValue(Enumeration owner, string name) =>
        Pascal(name, name.StartsWith(owner.Name + "_", StringComparison.OrdinalIgnoreCase) ? owner.Name + "_" : options.Prefix);

    /// <summary><c>first_block</c> to <c>firstBlock</c>, escaped where C# reserves the word.</summary>
    public string Camel(string name)
    {
        string pascal = Pascal(name, "");
        string camel = char.ToLowerInvariant(pascal[0]) + pascal[1..];
        return s_reserved.Contains(camel) ? "@" + camel : camel;
    }

    /// <summary>A C text about parameters, with their names as C# has them.</summary>
    public string InText(string text, IEnumerable<string> parameters) =>
        parameters.Aggregate(text, (so, name) => Regex.Replace(so, $@"\b{Regex.Escape(name)}\b", Camel(name)));

    /// <summary>A C# type of the same bits; nothing here needs marshalling.</summary>
    public string Type(string ctype)
    {
        string bare = ctype.Replace("const ", "", StringComparison.Ordinal).Trim();
        if (bare.EndsWith('*'))
        {
            return Type(bare[..^1]) + "*";
        }

        bare = bare.Replace("struct ", "", StringComparison.Ordinal).Replace("enum ", "", StringComparison.Ordinal).Trim();
        return s_scalars.TryGetValue(bare, out string? scalar) ? scalar
            : options.Remap.TryGetValue(bare, out string? mapped) ? mapped
            : throw new GeneratorException(
                $"The header uses the type '{ctype}', for which there is neither a C# type of the same bits nor a --remap.");
    }

    private static string Pascal(string name, string prefix)
    {
        string rest = name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name[prefix.Length..] : name;
        StringBuilder text = new();
        foreach (string part in rest.Split('_', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(char.ToUpperInvariant(part[0])).Append(part[1..].ToLowerInvariant());
        }

        return text.ToString();
    }
}
