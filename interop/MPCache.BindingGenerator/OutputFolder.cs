namespace MPCache.BindingGenerator;

/// <summary>A folder of generated files: all its <c>*.g.*</c> are this tool's.</summary>
public sealed class OutputFolder(string folder, IReadOnlyList<(string Name, string Text)> files)
{
    private const string ResponseFileInRepository = "interop/MPCache.BindingGenerator/mpcache.rsp";

    /// <summary>The project's response file, looked for from the current folder upwards.</summary>
    public static string DefaultResponseFile()
    {
        for (DirectoryInfo? at = new(Environment.CurrentDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, ResponseFileInRepository);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new GeneratorException(
            $"No {ResponseFileInRepository} in {Environment.CurrentDirectory} or above it; name one with @file.rsp.");
    }

    /// <summary>Everything that is generated from a header.</summary>
    public static IReadOnlyList<OutputFolder> All(HeaderModel model, ResponseFile options)
    {
        Names names = new(options);
        return
        [
            new(options.Output, [.. new DeclarationEmitter(model, options, names).Emit()]),
            new(options.KernelOutput, [.. new WrapperEmitter(model, options, names).Emit()]),
            new(options.NativeOutput, [.. new LibraryEmitter(model, options).Emit()]),
            new(options.NativeTestOutput, [new CTestEmitter(model, options).Emit()]),
            new(options.TestOutput, [new TestEmitter(model, options, names).Emit(), new CallEmitter(model, options, names).Emit()]),
        ];
    }

    /// <summary>Writes what has changed and deletes what is no longer generated.</summary>
    public void Write()
    {
        Directory.CreateDirectory(folder);
        foreach (string stale in Stale())
        {
            File.Delete(stale);
        }

        foreach ((string name, string text) in files)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path) || File.ReadAllText(path) != text)
            {
                File.WriteAllText(path, text);
            }
        }
    }

    /// <summary>One line for each file that is missing, differs or should not be there.</summary>
    public IEnumerable<string> Differences()
    {
        foreach ((string name, string text) in files)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                yield return $"{path}: missing";
            }
            else if (FirstDifference(File.ReadAllText(path), text) is string difference)
            {
                yield return $"{path}{difference}";
            }
        }

        foreach (string stale in Stale())
        {
            yield return $"{stale}: no longer generated";
        }
    }

    private static string? FirstDifference(string found, string expected)
    {
        if (found == expected)
        {
            return null;
        }

        string[] left = found.Split('\n');
        string[] right = expected.Split('\n');
        int line = 0;
        while (line < left.Length && line < right.Length && left[line] == right[line])
        {
            line++;
        }

        static string At(string[] lines, int line) => line < lines.Length ? lines[line].Trim() : "(end of file)";
        return $":{line + 1}: found '{At(left, line)}', the header gives '{At(right, line)}'";
    }

    private IEnumerable<string> Stale() => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.g.*").Where(path => files.All(file => file.Name != Path.GetFileName(path)))
        : [];
}
