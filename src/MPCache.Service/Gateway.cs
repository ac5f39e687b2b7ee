using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace MPCache.Service;

/// <summary>
/// Private inference as programs use models: OpenAI's interface on this machine's loopback, beside the client. It holds the client's part;
/// nothing of a text is logged, stored or sent anywhere but as shares.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private const int MostBodyBytes = 1 << 24;

    private readonly WebApplication _app;

    private Gateway(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Opens the port.</summary>
    /// <param name="options">How it listens; port 0 picks a free one.</param>
    /// <param name="model">What answers.</param>
    /// <param name="cancel">Stops waiting for it.</param>
    /// <exception cref="ArgumentException">The address is not allowed.</exception>
    /// <exception cref="IOException">The port is taken; the message says what to do.</exception>
    public static async Task<Gateway> Start(GatewayOptions options, PrivateModel model, CancellationToken cancel)
    {
        Uri listen = options.Checked();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = MostBodyBytes;
        });
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = TimeSpan.FromSeconds(5));
        WebApplication app = builder.Build();
        Map(app, options, model);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new IOException($"--listen {options.Listen} cannot be had: another program listens there. Choose another port.", e);
        }

        return new Gateway(app);
    }

    /// <summary>Answers until it is cancelled, then ends what runs.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var over = new TaskCompletionSource();
        await using CancellationTokenRegistration stop = cancel.Register(over.SetResult);
        await over.Task;
        await _app.StopAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(WebApplication app, GatewayOptions options, PrivateModel model)
    {
        var meters = new GatewayMeters(model);
        var completions = new Completions(model, meters, app.Lifetime.ApplicationStopping);
        var door = new Doorkeeper(options);
        app.Use((http, next) => Answer(http, next, door));
        app.UseRouting();
        app.MapPost("/v1/chat/completions", completions.Chat);
        app.MapPost("/v1/completions", completions.Text);
        app.MapGet("/v1/models", () => Results.Json(new { Object = "list", Data = new[] { About(model) } }, Wire.Json));
        app.MapGet("/v1/models/{*name}", () => Results.Json(About(model), Wire.Json));
        app.MapGet("/health", () => Results.Json(
            new
            {
                Status = meters.LastFailure is null ? "ok" : "failing",
                Model = model.Name,
                model.Running,
                model.Waiting,
                LastFailure = meters.LastFailure,
            },
            Wire.Json,
            statusCode: meters.LastFailure is null ? 200 : 503));
        app.MapMetrics(registry: meters.Registry);
        PageFiles.Map(app);
        app.MapFallback(http => new ApiError(404, "invalid_request_error",
            $"There is no {http.Request.Method} {http.Request.Path} here. There are POST /v1/chat/completions and /v1/completions, GET "
                + "/v1/models, /health, /metrics and the page at /.", Code: "not_found").Write(http));
    }

    private static object About(PrivateModel model) => new
    {
        Id = model.Name,
        Object = "model",
        Created = 0,
        OwnedBy = "mpcache",
        model.ContextLength,
        ChatTemplate = model.ChatForm,
        model.Policy,
    };

    /// <summary>Every failure is an error object.</summary>
    private static async Task Answer(HttpContext http, RequestDelegate next, Doorkeeper door)
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            if (door.Refuse(http.Request) is { } refused)
            {
                await refused.Write(http);
                return;
            }

            await next(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
        catch (OperationCanceledException) when (!http.Response.HasStarted)
        {
            await new ApiError(503, "api_error", "The gateway is stopping.", Code: "stopping").Write(http);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await new ApiError(e.StatusCode, "invalid_request_error", $"The request cannot be read: {e.Message}").Write(http);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            await ApiError.Of(e).Write(http);
        }
    }
}
