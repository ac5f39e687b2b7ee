namespace MPCache.Testing;

/// <summary>Where things lie in the repository that a program was built in.</summary>
public static class Repository
{
    private static readonly Lazy<string> s_root = new(() => Ancestors(AppContext.BaseDirectory).FirstOrDefault(
        d => System.IO.File.Exists(Path.Combine(d, "MPCache.sln")))
        ?? throw new InvalidOperationException(
            $"MPCache.sln is in no folder above {AppContext.BaseDirectory}: this runs from inside the repository."));

    /// <summary>The folder that holds MPCache.sln.</summary>
    /// <exception cref="InvalidOperationException">The program was taken out of the repository.</exception>
    public static string Root => s_root.Value;

    /// <summary>The embedded model.</summary>
    public static string Scribe => File("models", "scribe", "scribe-5m.Q8_0.gguf");

    /// <summary>Greedy texts of the embedded model in single precision, by another implementation.</summary>
    public static string ScribeReference => File("tests", "fixtures", "scribe", "greedy.json");

    /// <summary>A path in the repository.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A folder and those above it, innermost first.</summary>
    internal static IEnumerable<string> Ancestors(string path)
    {
        for (DirectoryInfo? d = new(path); d is not null; d = d.Parent)
        {
            yield return d.FullName;
        }
    }
}
