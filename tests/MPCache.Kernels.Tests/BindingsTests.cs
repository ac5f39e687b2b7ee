using MPCache.BindingGenerator;

namespace MPCache.Kernels.Tests;

/// <summary>The checked-in bindings are what the header gives.</summary>
public sealed class BindingsTests
{
    [SkippableFact]
    public void CheckedIn_IsUpToDate()
    {
        (ResponseFile options, HeaderModel model) = Read();
        Names names = new(options);
        string[] differences =
        [
            .. new OutputFolder(options.Output, [.. new DeclarationEmitter(model, options, names).Emit()]).Differences(),
            .. new OutputFolder(options.TestOutput, [new TestEmitter(model, options, names).Emit()]).Differences(),
        ];
        Assert.True(differences.Length == 0, "Run `dotnet run --project interop/MPCache.BindingGenerator`: " + string.Join("; ", differences));
    }

    [SkippableFact]
    public void OnlyTheGettersSkipTheSwitchOfMode()
    {
        (ResponseFile options, HeaderModel model) = Read();
        foreach (Function function in model.Functions.Where(f => options.SuppressGcTransition.Contains(f.Name)))
        {
            Assert.DoesNotContain(function.Parameters, parameter => parameter.Type.Contains('*', StringComparison.Ordinal));
        }

        Assert.All(options.SuppressGcTransition, name => Assert.Contains(model.Functions, function => function.Name == name));
    }

    [Fact]
    public void DifferencesNameTheLine()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            OutputFolder files = new(folder, [("A.g.cs", "one\ntwo\n"), ("B.g.cs", "x\n")]);
            File.WriteAllText(Path.Combine(folder, "A.g.cs"), "one\nthree\n");
            File.WriteAllText(Path.Combine(folder, "Old.g.cs"), "");
            Assert.Equal(
                ["A.g.cs:2: found 'three', the header gives 'two'", "B.g.cs: missing", "Old.g.cs: no longer generated"],
                files.Differences().Select(line => line[(folder.Length + 1)..]));
            files.Write();
            Assert.Empty(files.Differences());
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void ResponseFile_NamesTheLineOfAnUnknownOption()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "# a comment\n--nonsense\n");
            Assert.Contains(":2: unknown option '--nonsense'", Assert.Throws<GeneratorException>(() => ResponseFile.Read(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (ResponseFile Options, HeaderModel Model) Read()
    {
        Clang? clang = null;
        try
        {
            clang = Clang.Find();
        }
        catch (GeneratorException exception)
        {
            Skip.If(true, exception.Message);
        }

        ResponseFile options = ResponseFile.Read(Repository.File("interop", "MPCache.BindingGenerator", "mpcache.rsp"));
        return (options, new HeaderReader(clang!, options).Read());
    }
}
