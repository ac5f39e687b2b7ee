using System.Diagnostics;

namespace MPCache.Kernels.Tests;

/// <summary>Runs the library's own C tests, so that one command tests everything.</summary>
public sealed class CTestTests
{
    [SkippableFact]
    public void AllPass()
    {
        string build = Repository.File("build", "native");
        bool configured = File.Exists(Path.Combine(build, "CMakeCache.txt"));
        Skip.IfNot(configured, $"{build} is not configured: the C library was not built (apt-get install cmake gcc).");
        bool hasCmake = Run("cmake", "--version").Status == 0 && Run("ctest", "--version").Status == 0;
        Skip.IfNot(hasCmake, "cmake is missing (apt-get install cmake).");

        (int status, string output) = Run("cmake", "--build", build, "--parallel", "2");
        Assert.True(status == 0, output);
        (status, output) = Run("ctest", "--test-dir", build, "--output-on-failure");
        Assert.True(status == 0, output);
        Assert.Contains("100% tests passed", output);
    }

    private static (int Status, string Output) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (-1, exception.Message);
        }
    }
}
