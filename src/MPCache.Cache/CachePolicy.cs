using System.Globalization;

namespace MPCache.Cache;

/// <summary>
/// A cache policy: what stays of the KV cache after the prompt and what each decoding step attends to. An immutable record of public
/// options with the counts that
/// follow from them and, in <see cref="Begin"/>, what it does, written once over an engine's operations. A policy is one file: it is found
/// by its name
/// (<see cref="Named"/>) because its type exists and has a constructor without parameters.
/// </summary>
/// <remarks>Counts may depend on sizes alone, never on data: both parties and the dealer know them. Prompt is the number of its tokens;
/// generated counts the tokens
/// whose keys the cache holds beside the prompt's, the present one included.</remarks>
public abstract record CachePolicy
{
    private const string NameWhereNoneIsGiven = "mpcache";

    private static readonly Lazy<IReadOnlyList<CachePolicy>> Found = new(Find);

    /// <summary>What <c>--policy</c> calls it.</summary>
    public abstract string Name { get; }

    /// <summary>One line for help: the rule and its source.</summary>
    public abstract string Summary { get; }

    /// <summary>Where it is from: a paper's number, or this repository.</summary>
    public abstract string Source { get; }

    /// <summary>What it keeps of the prompt, in a few words.</summary>
    public abstract string Keeps { get; }

    /// <summary>What a step attends to, in a few words.</summary>
    public virtual string Selects => "all that is cached";

    /// <summary>
    /// False where numbers of tokens depend on the data in the original, so that this one fixes them to be public.
    /// </summary>
    public virtual bool CountsArePublicByNature => true;

    /// <summary>Its options, in the order in which help and reports list them.</summary>
    public virtual IReadOnlyList<PolicyOption> Options => [];

    /// <summary>This policy for a model of so many layers: itself, but where its counts depend on their number.</summary>
    public virtual CachePolicy Of(int layers) => this;

    /// <summary>
    /// This policy with options such that a step attends to about <paramref name="tokens"/> tokens of a prompt, so that policies can be
    /// compared; itself where it has no such option.
    /// </summary>
    public virtual CachePolicy AtBudget(int prompt, int tokens) => this;

    /// <summary>Tokens of the prompt that stay in a layer's cache, for each of its key heads.</summary>
    /// <exception cref="InvalidOperationException">The number depends on the data: <see cref="HasPublicCounts"/> is false.</exception>
    public virtual int Kept(int prompt, int layer) => prompt;

    /// <summary>Tokens in a layer's cache at a step.</summary>
    /// <inheritdoc cref="Kept"/>
    public virtual int Cached(int prompt, int generated, int layer) => Kept(prompt, layer) + generated;

    /// <summary>
    /// Tokens that each head of a layer attends to at a step; at most so many where <see cref="HasPublicCounts"/> is false.
    /// </summary>
    /// <inheritdoc cref="Kept"/>
    public virtual int Selected(int prompt, int generated, int layer) => Cached(prompt, generated, layer);

    /// <summary>False where a number of tokens depends on the data, so that only an engine in the clear can run it.</summary>
    public virtual bool HasPublicCounts => true;

    /// <summary>True for the full cache: every token stays at the place that it has in the text.</summary>
    public virtual bool IsFull => false;

    /// <summary>
    /// True where all that a step does is to append its token to the caches and to attend to everything in them: then several may run side
    /// by side, and the last of them may leave again.
    /// </summary>
    public virtual bool StepsAppend => false;

    /// <summary>
    /// Why the policy, with these options, cannot run on shares, and the cure, to be read after its text; null where it can.
    /// </summary>
    public virtual string? WhyNotOnShares => null;

    /// <summary>
    /// Bits by which what the policy makes of scores before softmax (sums over tokens or heads, differences) may exceed the scores
    /// themselves.
    /// </summary>
    public virtual int ScoreGrowth(CacheShape shape) => 0;

    /// <summary>Begins one generation.</summary>
    public abstract PolicyRun<T> Begin<T>(ICacheOperations<T> operations, CacheShape shape);

    /// <summary>Refuses options that make no sense, by <see cref="Require"/>.</summary>
    protected virtual void Check()
    {
    }

    /// <summary>Returns this policy when every option makes sense.</summary>
    /// <exception cref="ArgumentException">One does not; the message names the option, its value and what it may be.</exception>
    public CachePolicy Validated()
    {
        Check();
        return this;
    }

    /// <summary>Refuses an option's value.</summary>
    /// <exception cref="ArgumentException">The condition does not hold.</exception>
    protected static void Require(bool holds, string option, object value, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--{option} {value}: must be {rule}."));
        }
    }

    // ---- text ------------------------------------------------------------------------------------------

    /// <summary>Every policy, the full cache first, then by name.</summary>
    public static IReadOnlyList<CachePolicy> All => Found.Value;

    /// <summary>The named policy with its defaults.</summary>
    /// <exception cref="ArgumentException">No policy has this name; the message lists those that exist.</exception>
    public static CachePolicy Named(string name) =>
        All.FirstOrDefault(p => p.Name == name)
        ?? throw new ArgumentException($"No policy is called '{name}'. There are: {string.Join(", ", All.Select(p => p.Name))}.");

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
        string name = NameWhereNoneIsGiven;
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

        CachePolicy policy = Named(name);
        for (; at < words.Count; at += 2)
        {
            policy = policy.With(words[at], at + 1 < words.Count ? words[at + 1] : throw new ArgumentException($"{words[at]} needs a "
                + $"value."));
        }

        return policy.Validated();
    }

    /// <summary>The same, for an engine on shares.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Parse(string)"/>, or the policy cannot run on shares; with the reason and the
    /// cure.</exception>
    public static CachePolicy ForShares(string text)
    {
        CachePolicy policy = Parse(text);
        return policy.WhyNotOnShares is { } reason ? throw new ArgumentException($"The policy \"{text}\" {reason}") : policy;
    }

    /// <summary>This policy with one option changed, dashes allowed; not validated, since options depend on each other.</summary>
    /// <exception cref="ArgumentException">It has no such option, or the value has the wrong form.</exception>
    public CachePolicy With(string option, string value)
    {
        string name = option.StartsWith("--", StringComparison.Ordinal) ? option[2..] : option;
        PolicyOption found = Options.FirstOrDefault(o => o.Name == name) ?? throw new ArgumentException(Options.Count == 0
            ? $"The policy {Name} has no options, --{name} neither."
            : $"The policy {Name} has no option --{name}. It has: "
                + $"{string.Join(", ", Options.Where(o => !o.IsAlias).Select(o => "--" + o.Name))}.");
        try
        {
            return found.Write(this, value);
        }
        catch (FormatException e)
        {
            throw new ArgumentException($"--{name} {value}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Its name and the options in which it differs from that name's defaults: the form that <see cref="Parse(string)"/> reads.
    /// </summary>
    public string ToText()
    {
        CachePolicy start = Named(Name);
        IEnumerable<string> changed = Options.Where(o => !o.IsAlias && o.Read(this) != o.Read(start)).Select(o => $" --{o.Name} "
            + $"{o.Read(this)}");
        return Name + string.Concat(changed);
    }

    /// <summary>
    /// Policies of every assembly that is loaded and knows this one: also those of a test or of a program that uses the library.
    /// </summary>
    private static CachePolicy[] Find()
    {
        string own = typeof(CachePolicy).Assembly.GetName().Name!;
        CachePolicy[] policies =
        [
            .. AppDomain.CurrentDomain.GetAssemblies()
                .Where(a => !a.IsDynamic && (a.GetName().Name == own || a.GetReferencedAssemblies().Any(r => r.Name == own)))
                .SelectMany(a => a.GetTypes())
                .Where(t => t.IsSubclassOf(typeof(CachePolicy)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
                .Select(t => (CachePolicy)Activator.CreateInstance(t)!)
                .OrderBy(p => p.Name == "full" ? "" : p.Name, StringComparer.Ordinal),
        ];
        foreach (IGrouping<string, CachePolicy> same in policies.GroupBy(p => p.Name).Where(g => g.Count() > 1))
        {
            throw new InvalidOperationException($"Two policies are called '{same.Key}': "
                + $"{string.Join(" and ", same.Select(p => p.GetType().FullName))}. Rename one.");
        }

        return policies;
    }
}
