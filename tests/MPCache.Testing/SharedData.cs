using Xunit;

namespace MPCache.Testing;

/// <summary>What is too big for the repository: a folder "shared" above it, or the one that MPCACHE_SHARED names.</summary>
public static class SharedData
{
    /// <summary>SmolLM2-135M-Instruct, the model of the acceptance runs.</summary>
    public const string SmolLm2 = "models/SmolLM2-135M-Instruct.Q4_1.gguf";

    /// <summary>Greedy texts of <see cref="SmolLm2"/> in single precision, by another implementation.</summary>
    public const string SmolLm2Reference = "fixtures/smollm2/greedy.json";

    private static readonly Lazy<string?> s_root = new(() => Environment.GetEnvironmentVariable("MPCACHE_SHARED") is { Length: > 0 } named
        ? named
        : Repository.Ancestors(Repository.Root).Select(d => Path.Combine(d, "shared"))
            .FirstOrDefault(d => Directory.Exists(Path.Combine(d, "models"))));

    /// <summary>The file or folder, or null where it is absent.</summary>
    public static string? Find(string name)
        => s_root.Value is { } root && Path.Exists(Path.Combine(root, name)) ? Path.Combine(root, name) : null;

    /// <summary>The file or folder; the test (a SkippableFact) is skipped where it is absent.</summary>
    public static string Get(string name)
    {
        string? path = Find(name);
        Skip.If(path is null, $"{name} is not here: README.md says where to get it; MPCACHE_SHARED names the folder that has it.");
        return path!;
    }
}
