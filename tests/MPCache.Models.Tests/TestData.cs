namespace MPCache.Models.Tests;

/// <summary>Where the tests' data lie: in the repository, and (for what is too big for it) in a folder "shared" beside it.</summary>
internal static class TestData
{
    public static string Repository { get; } = Ancestors(AppContext.BaseDirectory).First(d => File.Exists(Path.Combine(d, "MPCache.sln")));

    public static string Scribe => Path.Combine(Repository, "models", "scribe", "scribe-5m.Q8_0.gguf");

    public static string Fixture(string name) => Path.Combine(Repository, "tests", "MPCache.Models.Tests", "fixtures", name);

    /// <summary>A file or folder of the shared data; skips the test where it is absent.</summary>
    public static string Shared(string name)
    {
        var root = Environment.GetEnvironmentVariable("MPCACHE_SHARED")
            ?? Ancestors(Repository).Select(d => Path.Combine(d, "shared")).FirstOrDefault(d => Directory.Exists(Path.Combine(d, "models")));
        var path = root is null ? null : Path.Combine(root, name);
        Skip.If(path is null || !Path.Exists(path), $"{name} is not here: set MPCACHE_SHARED to the folder that has it");
        return path!;
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var d = new DirectoryInfo(path); d is not null; d = d.Parent)
        {
            yield return d.FullName;
        }
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mpcache-models-").FullName;

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
