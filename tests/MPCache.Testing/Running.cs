using System.Diagnostics;
using System.Text;
using MPCache.Protocols;
using MPCache.Transport;

namespace MPCache.Testing;

/// <summary>A process under way.</summary>
public sealed class Running : IDisposable
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

    public bool Alive => !_process.HasExited;

    /// <summary>What it has said on standard error so far.</summary>
    public string Error => Text(_error);

    public (int Code, string Out, string Error) Wait(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            throw new TimeoutException($"Still running after {limit.TotalSeconds:F0} s; it said: {Text(_out)} {Text(_error)}");
        }

        _process.WaitForExit();
        return (_process.ExitCode, Text(_out), Text(_error));
    }

    /// <summary>Writes a text to its standard input and ends that.</summary>
    public void Say(string text)
    {
        _process.StandardInput.Write(text);
        _process.StandardInput.Close();
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

        throw new TimeoutException($"\"{text}\" did not come. Out: {Text(_out)} Error: {Text(_error)}");
    }

    /// <summary>Where a dealer or server says that it listens.</summary>
    public static string Address(Running process) => process.Until("ready at ").Split("ready at ")[1].Split('\n')[0].Trim();

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
