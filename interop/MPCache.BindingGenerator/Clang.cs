using System.Diagnostics;
using System.Text.Json;

namespace MPCache.BindingGenerator;

/// <summary>The C compiler that reads the header, so that types, sizes and constants are its and not guessed here.</summary>
public sealed class Clang
{
    private static readonly string[] s_names = ["clang", "clang-14", "clang-15", "clang-16", "clang-17", "clang-18", "clang-19"];
    private readonly string _path;

    private Clang(string path) => _path = path;

    /// <summary>Finds clang on the PATH.</summary>
    public static Clang Find()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (string name in s_names)
        {
            foreach (string folder in folders)
            {
                string candidate = Path.Combine(folder, name);
                if (File.Exists(candidate))
                {
                    return new Clang(candidate);
                }
            }
        }

        throw new GeneratorException(
            $"No clang on the PATH (looked for {string.Join(", ", s_names)}). It reads the header; install it with: apt-get install clang-14");
    }

    /// <summary>The syntax tree of a C text.</summary>
    public JsonDocument Tree(string source) => JsonDocument.Parse(
        Run(source, "-Xclang", "-ast-dump=json", "-fsyntax-only"),
        new JsonDocumentOptions { MaxDepth = 512 });

    /// <summary>The <c>#define</c> lines in force at the end of a C text.</summary>
    public string Macros(string source) => Run(source, "-dM", "-E");

    private string Run(string source, params string[] options)
    {
        ProcessStartInfo start = new(_path, [.. options, "-x", "c", "-std=c11", "-target", "x86_64-pc-linux-gnu", "-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new GeneratorException($"{_path} did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(source);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Result
            : throw new GeneratorException($"{_path} could not read the header:{Environment.NewLine}{errors.Result}");
    }
}
