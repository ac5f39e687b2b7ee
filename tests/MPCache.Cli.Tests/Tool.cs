using System.Diagnostics;
using System.Text;

namespace MPCache.Cli.Tests;

/// <summary>Runs the program as a user does: as a process, with a cache folder of its own.</summary>
internal sealed class Tool : IDisposable
{
    private readonly TempFolder _folder = new();

    public string Cache => _folder.File("cache");

    public string File(string name) => _folder.File(name);

    public (int Code, string Out, string Error) Run(params string[] arguments)
    {
        using Running running = Start(arguments);
        return running.Wait(TimeSpan.FromSeconds(120));
    }

    public Running Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MPCACHE_CACHE"] = Cache;
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "mpcache.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new Running(Process.Start(start)!);
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>A process under way.</summary>
internal sealed class Running : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _out = new(), _error = new();

    public Running(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, e) => Note(_out, e.Data);
        _process.ErrorDataReceived += (_, e) => Note(_error, e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public (int Code, string Out, string Error) Wait(TimeSpan limit)
    {
        Assert.True(_process.WaitForExit(limit), $"still running after {limit.TotalSeconds:F0} s; it said: {Text(_out)} {Text(_error)}");
        _process.WaitForExit();
        return (_process.ExitCode, Text(_out), Text(_error));
    }

    /// <summary>Waits until either stream holds a text.</summary>
    public string Until(string text, int seconds = 60)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < seconds && !_process.HasExited; Thread.Sleep(20))
        {
            if (Text(_out).Contains(text, StringComparison.Ordinal) || Text(_error).Contains(text, StringComparison.Ordinal))
            {
                return Text(_out);
            }
        }

        Assert.Fail($"\"{text}\" did not come. Out: {Text(_out)} Error: {Text(_error)}");
        return "";
    }

    public static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("kill", $"-{signal} {process}");
        kill.WaitForExit();
    }

    private static void Note(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
