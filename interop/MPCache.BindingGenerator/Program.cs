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
    HeaderModel model = new HeaderReader(Clang.Find(), options).Read();
    Names names = new(options);
    OutputFolder declarations = new(options.Output, [.. new DeclarationEmitter(model, options, names).Emit()]);
    OutputFolder tests = new(options.TestOutput, [new TestEmitter(model, options, names).Emit()]);
    if (!verify)
    {
        declarations.Write();
        tests.Write();
        Console.WriteLine($"Generated {model.Functions.Count} functions, {model.Enumerations.Count} enumerations, {model.Structures.Count} structures.");
        return 0;
    }

    string[] differences = [.. declarations.Differences(), .. tests.Differences()];
    if (differences.Length == 0)
    {
        Console.WriteLine("The checked-in bindings are what the header gives.");
        return 0;
    }

    Console.Error.WriteLine("The checked-in bindings differ from what the header gives:");
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
