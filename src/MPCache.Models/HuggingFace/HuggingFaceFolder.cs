using MPCache.Models.Storage;

namespace MPCache.Models.HuggingFace;

/// <summary>A folder as Hugging Face's tools write it: config.json, one or several safetensors files, tokenizer files.</summary>
internal sealed class HuggingFaceFolder : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";
    private const long LargestConfig = 1 << 20;
    private const long LargestIndex = 1 << 26;
    private const long LargestTokenizer = 1 << 27;

    private readonly Dictionary<string, StoredTensor> tensors = new(StringComparer.Ordinal);

    /// <exception cref="ModelFormatException">A file is missing or damaged.</exception>
    public HuggingFaceFolder(string path)
    {
        Path = path;
        Config = TryJson("config.json", LargestConfig) ?? throw new ModelFormatException(path, "the folder has no config.json",
            cure: "Give a .gguf file or a folder as Hugging Face's tools write it");
        try
        {
            OpenWeights();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path { get; }

    public JsonFile Config { get; }

    /// <summary>The safetensors files in the order of their names.</summary>
    public List<MappedFile> Files { get; } = [];

    public IReadOnlyDictionary<string, StoredTensor> Tensors => tensors;

    /// <summary>tokenizer.json; null where there is none.</summary>
    public JsonFile? Tokenizer() => TryJson("tokenizer.json", LargestTokenizer);

    /// <summary>A small JSON file of the folder; null where there is none.</summary>
    public JsonFile? TryJson(string name, long mostBytes = LargestConfig)
        => JsonFile.TryRead(System.IO.Path.Combine(Path, name), mostBytes);

    public void Dispose() => Files.ForEach(f => f.Dispose());

    private void OpenWeights()
    {
        if (File.Exists(System.IO.Path.Combine(Path, SingleFile)))
        {
            AddFile(SingleFile);
            return;
        }

        var index = TryJson(IndexFile, LargestIndex)
            ?? throw new ModelFormatException(Path, $"the folder has neither {SingleFile} nor {IndexFile}",
                cure: "Convert the weights to safetensors");
        var places = index.Walk(root => root.GetProperty("weight_map").EnumerateObject()
            .Select(p => (Tensor: p.Name, File: p.Value.GetString() ?? "")).ToList());
        foreach (var name in places.Select(p => p.File).Distinct().Order(StringComparer.Ordinal))
        {
            // The index must not reach outside its folder.
            if (name.AsSpan().ContainsAny("/\\:\0") || !name.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                throw new ModelFormatException(
                    index.Path,
                    $"'{ModelFormatException.Printable(name)}' is not the name of a safetensors file beside it");
            }

            AddFile(name);
        }

        foreach (var (tensor, file) in places)
        {
            if (!tensors.TryGetValue(tensor, out var stored) || System.IO.Path.GetFileName(stored.File.Path) != file)
            {
                throw new ModelFormatException(
                    index.Path,
                    $"it is not in {ModelFormatException.Printable(file)}, where the index says",
                    tensor);
            }
        }
    }

    private void AddFile(string name)
    {
        var file = new MappedFile(System.IO.Path.Combine(Path, name));
        Files.Add(file);
        foreach (var (tensor, stored) in SafetensorsFile.ReadTensors(file))
        {
            if (!tensors.TryAdd(tensor, stored))
            {
                throw new ModelFormatException(file.Path, "another file of the model has one of that name, too", tensor);
            }
        }
    }
}
