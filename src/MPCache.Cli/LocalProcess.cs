using System.Diagnostics;
using System.Reflection;
using System.Text;
using MPCache.Transport;

namespace MPCache.Cli;

/// <summary>
/// A dealer or a server as a process of its own, started by this one. It ends with this one whatever happens: it watches its standard
/// input,
/// which the operating system closes when the parent dies.
/// </summary>
internal sealed class LocalProcess : IDisposable
{
    private const string Ready = "ready at ";

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly string _name;

    private LocalProcess(string name, Process process) => (_name, _process) = (name, process);

    /// <summary>Where it listens.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts a program and waits until it says that it is ready.</summary>
    /// <param name="program">The program: this one, or another whose assembly is here.</param>
    /// <param name="name">What to call the process in messages.</param>
    /// <param name="arguments">A command and its options; <c>--child</c> is added.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <exception cref="IOException">It ended instead; the message holds what it said.</exception>
    public static async Task<LocalProcess> Start(Assembly program, string name, IEnumerable<string> arguments, CancellationToken cancel)
    {
        string self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        if (Path.GetFileNameWithoutExtension(self) != program.GetName().Name)
        {
            start.FileName = "dotnet";
            start.ArgumentList.Add(program.Location);
        }

        foreach (string argument in (string[])[.. arguments, "--child"])
        {
            start.ArgumentList.Add(argument);
        }

        var local = new LocalProcess(name, Process.Start(start)!);
        local._process.ErrorDataReceived += (_, e) => local.Note(e.Data);
        local._process.BeginErrorReadLine();
        await local._process.StandardInput.WriteLineAsync(LocalKeys.LineFor(name).AsMemory(), cancel);
        await local._process.StandardInput.FlushAsync(cancel);
        try
        {
            while (await local._process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                if (line.IndexOf(Ready, StringComparison.Ordinal) is >= 0 and int at)
                {
                    local.Address = line[(at + Ready.Length)..].Trim();
                    _ = local._process.StandardOutput.ReadToEndAsync(CancellationToken.None); // keep its pipe from filling up
                    return local;
                }
            }

            await local._process.WaitForExitAsync(cancel);
            throw new IOException($"The {name} ended before it was ready: {local.LastWords}");
        }
        catch
        {
            local.Dispose();
            throw;
        }
    }

    /// <summary>Why a child that failed did so, in its own words; null while it runs or when it ended well.</summary>
    public string? Failure
    {
        get
        {
            if (!_process.WaitForExit(2000) || _process.ExitCode == 0)
            {
                return null;
            }

            return Killed ? $"the {_name} was killed (code {_process.ExitCode})" : $"the {_name} failed: {LastWords}";
        }
    }

    /// <summary>True when it has ended, however.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>True when a signal ended the child.</summary>
    public bool Killed => _process.HasExited && _process.ExitCode > 128;

    /// <summary>The last line that names an error, without the program's name; else all that it said.</summary>
    private string LastWords
    {
        get
        {
            const string self = "mpcache: ";
            lock (_errors)
            {
                string all = _errors.ToString().Trim();
                string? error = all.Split('\n').LastOrDefault(line => line.StartsWith(self, StringComparison.Ordinal));
                return error?[self.Length..].Trim() ?? (all.Length == 0 ? "it said nothing." : all);
            }
        }
    }

    /// <summary>In a child that needs keys: takes them from the parent, and ends the process when that has gone.</summary>
    public static Keyring? BeginChild(bool insecure)
    {
        Keyring keys = LocalKeys.Read(Console.OpenStandardInput());
        EndWithParent();
        return insecure ? null : keys;
    }

    /// <summary>In a child: ends the process when the parent has gone.</summary>
    public static void EndWithParent()
    {
        var watcher = new Thread(() =>
        {
            using Stream input = Console.OpenStandardInput();
            Span<byte> one = stackalloc byte[1];
            while (input.Read(one) > 0)
            {
            }

            Environment.Exit(ExitCode.Failure);
        })
        {
            IsBackground = true,
        };
        watcher.Start();
    }

    private void Note(string? line)
    {
        if (line is not null)
        {
            lock (_errors)
            {
                _errors.AppendLine(line);
            }
        }
    }

    /// <summary>Ends the process if it has not ended by itself.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(3000))
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }
}
