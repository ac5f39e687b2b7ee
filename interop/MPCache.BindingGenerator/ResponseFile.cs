namespace MPCache.BindingGenerator;

/// <summary>The options of one run, read from a response file: one token a line, options start with two dashes.</summary>
public sealed class ResponseFile
{
    private static readonly HashSet<string> s_known =
    [
        "--file", "--namespace", "--methodClassName", "--constantClassName", "--libraryPath", "--output",
        "--kernelNamespace", "--kernelClassName", "--kernelOutput", "--with-class", "--nativeOutput", "--nativeTestOutput",
        "--testNamespace", "--testOutput",
        "--prefixStrip", "--remap", "--exclude", "--with-suppressgctransition",
    ];

    private readonly Dictionary<string, List<string>> _values = [];
    private readonly string _path;

    private ResponseFile(string path) => _path = Path.GetFullPath(path);

    /// <summary>The header that is read.</summary>
    public string Header => PathOf("--file");

    /// <summary>Namespace of the declarations.</summary>
    public string Namespace => One("--namespace");

    /// <summary>Class that holds the functions.</summary>
    public string MethodClassName => One("--methodClassName");

    /// <summary>Class that holds the constants, apart because a macro and its getter may share a name.</summary>
    public string ConstantClassName => One("--constantClassName");

    /// <summary>Name of the library, as <c>LibraryImport</c> gets it.</summary>
    public string LibraryPath => One("--libraryPath");

    /// <summary>Folder of the generated declarations.</summary>
    public string Output => PathOf("--output");

    /// <summary>Namespace of the kernels' wrappers.</summary>
    public string KernelNamespace => One("--kernelNamespace");

    /// <summary>Class that holds the kernels' wrappers.</summary>
    public string KernelClassName => One("--kernelClassName");

    /// <summary>Folder of the kernels' wrappers.</summary>
    public string KernelOutput => PathOf("--kernelOutput");

    /// <summary>C structures and the C# classes that own one, whose <c>Native</c> is its address.</summary>
    public IReadOnlyDictionary<string, string> Classes => Pairs("--with-class");

    /// <summary>Folder of what the library generates for itself.</summary>
    public string NativeOutput => PathOf("--nativeOutput");

    /// <summary>Folder of the C tests' cases.</summary>
    public string NativeTestOutput => PathOf("--nativeTestOutput");

    /// <summary>Namespace of the generated tests.</summary>
    public string TestNamespace => One("--testNamespace");

    /// <summary>Folder of the generated tests.</summary>
    public string TestOutput => PathOf("--testOutput");

    /// <summary>Prefix of the names that belong to the library.</summary>
    public string Prefix => One("--prefixStrip");

    /// <summary>C type names and the C# names given to them.</summary>
    public IReadOnlyDictionary<string, string> Remap => Pairs("--remap");

    /// <summary>Names left out.</summary>
    public IReadOnlySet<string> Exclude => Many("--exclude").ToHashSet();

    /// <summary>Functions called without a switch of the collector's mode.</summary>
    public IReadOnlySet<string> SuppressGcTransition => Many("--with-suppressgctransition").ToHashSet();

    /// <summary>Reads a response file.</summary>
    public static ResponseFile Read(string path)
    {
        ResponseFile file = new(path);
        List<string>? current = null;
        int line = 0;
        foreach (string raw in File.ReadLines(path))
        {
            line++;
            string token = raw.Trim();
            if (token.Length == 0 || token[0] == '#')
            {
                continue;
            }

            if (token.StartsWith("--", StringComparison.Ordinal))
            {
                if (!s_known.Contains(token))
                {
                    throw new GeneratorException($"{path}:{line}: unknown option '{token}'; known are {string.Join(", ", s_known)}.");
                }

                if (!file._values.TryGetValue(token, out current))
                {
                    file._values[token] = current = [];
                }
            }
            else
            {
                (current ?? throw new GeneratorException($"{path}:{line}: value '{token}' comes before any option.")).Add(token);
            }
        }

        return file;
    }

    private string One(string option) => Many(option) is [string single]
        ? single
        : throw new GeneratorException($"{_path}: {option} needs exactly one value.");

    private IReadOnlyList<string> Many(string option) => _values.TryGetValue(option, out List<string>? values) ? values : [];

    private Dictionary<string, string> Pairs(string option) =>
        Many(option).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    private string PathOf(string option) => Path.GetFullPath(One(option), Path.GetDirectoryName(_path)!);
}
