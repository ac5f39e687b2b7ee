using MPCache.BindingGenerator;

// Usage: [--verify] [@file.rsp]. Without a response file: mpcache.rsp of this project, found from the current folder upwards.
try
{
    bool verify = args.Contains("--verify");
    string? given = args.FirstOrDefault(a => a.StartsWith('@'));
    if (args.FirstOrDefault(a => a != "--verify" && !a.StartsWith('@')) is string unknown)
    {
        throw new GeneratorException($"Unknown argument '{unknown}'. Usage: [--verify] [@file.rsp]");
    }

    ResponseFile options = ResponseFile.Read(given?[1..] ?? OutputFolder.DefaultResponseFile());
    HeaderModel model = new HeaderReader(options).Read();
    IReadOnlyList<OutputFolder> folders = OutputFolder.All(model, options);
    if (!verify)
    {
        foreach (OutputFolder folder in folders)
        {
            folder.Write();
        }

        Console.WriteLine($"Generated {model.Functions.Count} functions, {model.Kernels.Count} of them kernels, from {options.Header}.");
        return 0;
    }

    string[] differences = [.. folders.SelectMany(folder => folder.Differences())];
    if (differences.Length == 0)
    {
        Console.WriteLine("The checked-in files are what the header gives.");
        return 0;
    }

    Console.Error.WriteLine("The checked-in files differ from what the header gives:");
    foreach (string difference in differences)
    {
        Console.Error.WriteLine("  " + difference);
    }

    Console.Error.WriteLine("Regenerate with: dotnet run --project interop/MPCache.BindingGenerator");
    return 1;
}
catch (GeneratorException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
