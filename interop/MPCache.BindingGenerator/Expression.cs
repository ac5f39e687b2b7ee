using System.Text.RegularExpressions;

namespace MPCache.BindingGenerator;

/// <summary>A length or a bound: C over a kernel's parameters and the header's functions of sizes, which C# has too.</summary>
public sealed partial record Expression(string C)
{
    private static readonly Dictionary<string, string> s_functions = new()
    {
        ["MPC_POWER"] = "Check.Power",
        ["MPC_BITS"] = "Check.Words",
        ["MPC_UNIT"] = "Check.UnitBytes",
        ["MPC_SUBSETS"] = "Check.Subsets",
        ["MPC_CHAIN"] = "Check.ChainPlanes",
    };

    private static readonly Dictionary<string, string> s_plain = new()
    {
        ["MPC_POWER"] = "2^($1)",
        ["MPC_BITS"] = "($1 / 64, rounded up)",
        ["MPC_UNIT"] = "2^($1 - 3)",
        ["MPC_SUBSETS"] = "(2^$1 - 1)",
        ["MPC_CHAIN"] = "(2^($1 - 1) + 2^$1 - 2)",
    };

    /// <summary>The parameters that it speaks of.</summary>
    public IEnumerable<string> Variables =>
        Identifier().Matches(C).Select(match => match.Value).Where(name => !s_functions.ContainsKey(name));

    /// <summary>A single name or number.</summary>
    public bool IsSimple => C.All(c => char.IsLetterOrDigit(c) || c == '_');

    /// <summary>The same in C#, as a <see langword="long"/> that cannot overflow before the multiplication.</summary>
    public string CSharp(Names names) => Identifier().Replace(C, match =>
        s_functions.TryGetValue(match.Value, out string? function) ? function
        : IsSimple || InCall(match.Index) ? names.Camel(match.Value)
        : $"(long){names.Camel(match.Value)}");

    /// <summary>The same for people, with the functions written out.</summary>
    public string Plain(Names names)
    {
        string text = Identifier().Replace(C, match => s_functions.ContainsKey(match.Value) ? match.Value : names.Camel(match.Value));
        foreach ((string function, string plain) in s_plain)
        {
            text = Regex.Replace(text, $@"\b{function}\(([^()]*)\)", plain);
        }

        return text.StartsWith('(') && text.IndexOf(')') == text.Length - 1 ? text[1..^1] : text;
    }

    /// <summary>The arguments of the functions are small: their results are long already.</summary>
    private bool InCall(int index)
    {
        int depth = 0;
        for (int i = index - 1; i >= 0; i--)
        {
            depth += C[i] == ')' ? -1 : C[i] == '(' ? 1 : 0;
            if (depth == 1 && i > 0 && (char.IsLetterOrDigit(C[i - 1]) || C[i - 1] == '_'))
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"\b[A-Za-z_]\w*")]
    private static partial Regex Identifier();
}
