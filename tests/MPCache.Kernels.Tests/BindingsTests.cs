using MPCache.BindingGenerator;

namespace MPCache.Kernels.Tests;

/// <summary>What is generated is what the header gives, and what the header lacks is named.</summary>
public sealed class BindingsTests
{
    [Fact]
    public void CheckedIn_IsUpToDate()
    {
        (ResponseFile options, HeaderModel model) = Read();
        string[] differences = [.. OutputFolder.All(model, options).SelectMany(folder => folder.Differences())];
        const string cure = "Run `dotnet run --project interop/MPCache.BindingGenerator`: ";
        Assert.True(differences.Length == 0, cure + string.Join("; ", differences));
    }

    [Fact]
    public void OnlyTheGettersSkipTheSwitchOfMode()
    {
        (ResponseFile options, HeaderModel model) = Read();
        foreach (Function function in model.Functions.Where(f => options.SuppressGcTransition.Contains(f.Name)))
        {
            Assert.DoesNotContain(function.Parameters, parameter => parameter.Type.Contains('*', StringComparison.Ordinal));
        }

        Assert.All(options.SuppressGcTransition, name => Assert.Contains(model.Functions, function => function.Name == name));
    }

    [Theory]
    [InlineData("int32_t mpcache_x(uint64_t *a, int64_t n)", "parameter 'a' (uint64_t *) needs MPC_IN, MPC_OUT or MPC_INOUT")]
    [InlineData("int32_t mpcache_x(MPC_IN(n) uint64_t *a, int64_t n)", "parameter 'a' (uint64_t *) is const and written, or neither")]
    [InlineData("int32_t mpcache_x(MPC_OUT(k) uint64_t *a, int64_t n)", "an annotation speaks of 'k', which is none of its parameters")]
    [InlineData("int32_t mpcache_x(int32_t m)", "parameter 'm' (int32_t) needs MPC_RANGE")]
    [InlineData("int32_t mpcache_x(size_t m)", "libclang could not read the header")]
    public void AnnotationsThatAreMissingAreNamed(string declaration, string message)
    {
        using TempFolder folder = new();
        string header = folder.File("x.h"), response = folder.File("x.rsp");
        File.WriteAllText(header, $"""
            #include <stdint.h>
            #define MPC_NOTE(text) __attribute__((annotate(text)))
            #define MPC_IN(length) MPC_NOTE("in " #length)
            #define MPC_OUT(length) MPC_NOTE("out " #length)
            MPC_NOTE("kernel ring") {declaration};
            """);
        File.WriteAllText(response, $"--file\n{header}\n--prefixStrip\nmpcache_\n");
        GeneratorException exception = Assert.Throws<GeneratorException>(() => new HeaderReader(ResponseFile.Read(response)).Read());
        Assert.Contains(message, exception.Message);
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
        ResponseFile options = ResponseFile.Read(Repository.File("interop", "MPCache.BindingGenerator", "mpcache.rsp"));
        return (options, new HeaderReader(options).Read());
    }
}
