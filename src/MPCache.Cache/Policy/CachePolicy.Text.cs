namespace MPCache.Cache;

public sealed partial record CachePolicy
{
    /// <summary>
    /// Reads a name and options, such as <c>mpcache --static-ratio 0.4 --level1 32:0.5</c>. The name may be preceded by <c>--policy</c>;
    /// without one it is <c>mpcache</c>. Later options win.
    /// </summary>
    /// <exception cref="ArgumentException">A name or option does not exist, or its value is out of range.</exception>
    public static CachePolicy Parse(string text) => Parse(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <inheritdoc cref="Parse(string)"/>
    public static CachePolicy Parse(IReadOnlyList<string> words)
    {
        int at = 0;
        string name = Paper.Name;
        if (words.Count > 0 && words[0] == "--policy")
        {
            name = words.Count > 1 ? words[1] : throw new ArgumentException("--policy needs a name.");
            at = 2;
        }
        else if (words.Count > 0 && !words[0].StartsWith("--", StringComparison.Ordinal))
        {
            name = words[0];
            at = 1;
        }
        var policy = Named(name);
        for (; at < words.Count; at += 2)
        {
            policy = policy.With(words[at], at + 1 < words.Count ? words[at + 1] : throw new ArgumentException($"{words[at]} needs a value."));
        }
        return policy.Validated();
    }

    /// <summary>This policy with one option changed, named as in <see cref="PolicyOption.All"/>, dashes allowed; not validated, since options depend on each other.</summary>
    /// <exception cref="ArgumentException">There is no such option, or the value has the wrong form.</exception>
    public CachePolicy With(string option, string value)
    {
        string name = option.StartsWith("--", StringComparison.Ordinal) ? option[2..] : option;
        Func<CachePolicy, string, CachePolicy> write = PolicyOption.All.FirstOrDefault(o => o.Name == name)?.Write
            ?? PolicyOption.Aliases.FirstOrDefault(a => a.Name == name).Write
            ?? throw new ArgumentException($"Policies have no option --{name}. There are: {string.Join(", ", PolicyOption.All.Select(o => "--" + o.Name))}.");
        try
        {
            return write(this, value);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"--{name} {value}: {e.Message}", e);
        }
    }

    /// <summary>Its name and the options in which it differs from that name's defaults: the form that <see cref="Parse(string)"/> reads.</summary>
    public string ToText()
    {
        CachePolicy start = Named(Name);
        IEnumerable<string> changed = PolicyOption.All.Where(o => o.Read(this) != o.Read(start)).Select(o => $" --{o.Name} {o.Read(this)}");
        return Name + string.Concat(changed);
    }
}
