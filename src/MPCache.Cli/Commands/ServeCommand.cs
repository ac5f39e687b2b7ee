using System.CommandLine;
using MPCache.Service;

namespace MPCache.Cli;

/// <summary><c>mpcache serve</c>.</summary>
internal static class ServeCommand
{
    private const string KeyVariable = "MPCACHE_API_KEY";

    public static Command Create()
    {
        var standard = new GatewayOptions();
        Option<string> listen = new("--listen")
        {
            Description = "Where programs of this machine find it; port 0 picks a free one.",
            DefaultValueFactory = _ => standard.Listen,
            HelpName = "http://127.0.0.1:PORT",
        };
        Option<string?> key = new("--api-key")
        {
            Description = $"What programs must show as Authorization: Bearer KEY. By default {KeyVariable}, which other users cannot "
                + "read as they can a command line; nothing where there is none.",
            HelpName = "KEY",
        };
        Option<int> queue = new("--queue")
        {
            Description = "Requests that wait for their turn at most; one more is answered 429, with Retry-After.",
            DefaultValueFactory = _ => 8,
            HelpName = "N",
        };
        var command = new Command("serve",
            "Answer programs of this machine as OpenAI's service would, and a browser, privately. Without --server everything runs here.")
        {
            listen, key, queue,
        };
        queue.Validators.Add(r =>
        {
            if (r.GetValueOrDefault<int>() is < 0 or > 10_000)
            {
                r.AddError("--queue takes 0 to 10000.");
            }
        });
        var model = new ModelArguments(command);
        command.Validators.Add(r =>
        {
            if ((r.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable)) is { } given && string.IsNullOrWhiteSpace(given))
            {
                r.AddError($"--api-key (or {KeyVariable}) is empty: give a key, or leave it out.");
            }
        });
        command.SetAction((r, cancel) => Task.Run(
            () =>
            {
                var options = new GatewayOptions
                {
                    Listen = r.GetValue(listen)!,
                    ApiKey = r.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable),
                };
                options.Checked();
                return model.Use(r, r.GetValue(queue), async opened =>
                {
                    await using Gateway gateway = await Gateway.Start(options, opened, cancel);
                    string address = gateway.Address.GetLeftPart(UriPartial.Authority);
                    Console.WriteLine($"gateway ready at {address}");
                    Console.Error.WriteLine(
                        $"{opened.Name}, policy {opened.Policy}. Programs: base URL {address}/v1. A browser: {address}");
                    await gateway.Run(cancel);
                    Console.Error.WriteLine("stopped");
                    return ExitCode.Success;
                }, cancel);
            }, CancellationToken.None));
        return command;
    }
}
