using System.Globalization;

namespace MPCache.Cache;

/// <summary>One option of a policy as text: <c>--level1 32:0.5</c>.</summary>
public sealed class PolicyOption
{
    private readonly Func<CachePolicy, string>? _read;
    private readonly Func<CachePolicy, string, CachePolicy> _write;

    private PolicyOption(string name, string help, Func<CachePolicy, string>? read, Func<CachePolicy, string, CachePolicy> write) =>
        (Name, Help, _read, _write) = (name, help, read, write);

    /// <summary>Without the dashes.</summary>
    public string Name { get; }

    /// <summary>One line: meaning and form.</summary>
    public string Help { get; }

    /// <summary>True for another way to write one of the options, or a part of one: it has no value of its own.</summary>
    public bool IsAlias => _read is null;

    /// <summary>A policy's value, in the form that <see cref="Write"/> reads.</summary>
    /// <exception cref="InvalidOperationException">An alias has none.</exception>
    public string Read(CachePolicy policy) => (_read ?? throw new InvalidOperationException($"--{Name} is an alias."))(policy);

    /// <summary>The policy with another value.</summary>
    /// <exception cref="FormatException">The text is no such value.</exception>
    public CachePolicy Write(CachePolicy policy, string value) => _write(policy, value);

    /// <summary>An option of any form.</summary>
    public static PolicyOption Text<TPolicy>(string name, string help, Func<TPolicy, string> read, Func<TPolicy, string, TPolicy> write)
        where TPolicy : CachePolicy => new(name, help, p => read((TPolicy)p), (p, text) => write((TPolicy)p, text));

    /// <summary>Another way to write an option.</summary>
    public static PolicyOption Alias<TPolicy>(string name, string help, Func<TPolicy, string, CachePolicy> write)
        where TPolicy : CachePolicy => new(name, help, null, (p, text) => write((TPolicy)p, text));

    /// <summary>A real number.</summary>
    public static PolicyOption Real<TPolicy>(string name, string help, Func<TPolicy, double> read, Func<TPolicy, double, TPolicy> write)
        where TPolicy : CachePolicy => Text<TPolicy>(name, help, p => read(p).ToString(CultureInfo.InvariantCulture),
            (p, text) => write(p, double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                ? value : throw new FormatException($"'{text}' is not a number such as 0.3.")));

    /// <summary>A whole number.</summary>
    public static PolicyOption Whole<TPolicy>(string name, string help, Func<TPolicy, int> read, Func<TPolicy, int, TPolicy> write)
        where TPolicy : CachePolicy => Text<TPolicy>(name, help, p => read(p).ToString(CultureInfo.InvariantCulture),
            (p, text) => write(p, int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                ? value : throw new FormatException($"'{text}' is not a whole number.")));

    /// <summary>One of an enumeration's names: LogSumExp is written log-sum-exp.</summary>
    public static PolicyOption Choice<TPolicy, TValue>(
        string name,
        string help,
        Func<TPolicy, TValue> read,
        Func<TPolicy, TValue, TPolicy> write)
        where TPolicy : CachePolicy
        where TValue : struct, Enum
    {
        var byText = Enum.GetValues<TValue>().ToDictionary(v => Dashed(v.ToString()));
        string choices = string.Join(", ", byText.Keys);
        return Text<TPolicy>(name, $"{help}: {choices}", p => Dashed(read(p).ToString()),
            (p, text) => write(p, byText.TryGetValue(text, out TValue value) ? value : throw new FormatException($"'{text}' is none of "
                + $"{choices}.")));
    }

    private static string Dashed(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c)));
}
