using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MPCache.Service;

/// <summary>Answers requests for completions.</summary>
/// <param name="model">The model.</param>
/// <param name="meters">Told what each answer cost.</param>
/// <param name="stopping">Ends answers when the gateway stops.</param>
internal sealed class Completions(PrivateModel model, GatewayMeters meters, CancellationToken stopping)
{
    /// <summary><c>/v1/chat/completions</c>.</summary>
    public async Task Chat(HttpContext http)
    {
        AskedChat asked = await Wire.Read<AskedChat>(http);
        await Answer(http, asked, model.Encode(asked.Conversation()), AnswerForm.New(model.Name, isChat: true));
    }

    /// <summary><c>/v1/completions</c>.</summary>
    public async Task Text(HttpContext http)
    {
        AskedText asked = await Wire.Read<AskedText>(http);
        await Answer(http, asked, model.Encode(asked.Text()), AnswerForm.New(model.Name, isChat: false));
    }

    private async Task Answer(HttpContext http, AskedOptions asked, int[] prompt, AnswerForm form)
    {
        AnswerOptions answer = asked.Answer();
        model.Request(prompt, answer); // what does not fit is refused before it waits for its turn
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        var watch = new WireWatch();
        IAsyncEnumerable<GenerationEvent> events = meters.Count(model.Generate(prompt, answer, watch, ended.Token));
        if (!asked.Stream)
        {
            await foreach (GenerationEvent happened in events)
            {
                if (happened is GenerationEvent.Finished done)
                {
                    await http.Response.WriteAsJsonAsync(form.Whole(done), Wire.Json, ended.Token);
                }
            }

            return;
        }

        bool progress = asked.StreamOptions?.IncludeProgress == true;
        await using IAsyncEnumerator<GenerationEvent> source = events.GetAsyncEnumerator(ended.Token);
        bool more;
        do
        {
            more = await source.MoveNextAsync(); // until the parties have agreed, a failure is a status
        }
        while (!progress && more && source.Current is not GenerationEvent.Started);
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentType = "text/event-stream";
        await SseFormatter.WriteAsync(Chunks(source, asked, form, watch, progress), http.Response.Body, ended.Token);
    }

    private static async IAsyncEnumerable<SseItem<string>> Chunks(
        IAsyncEnumerator<GenerationEvent> events,
        AskedOptions asked,
        AnswerForm form,
        WireWatch watch,
        bool progress,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (form.IsChat)
        {
            yield return Item(form.Begin());
        }

        ApiError? error = null;
        for (bool more = true; more && error is null;)
        {
            GenerationEvent happened = events.Current;
            if (happened is GenerationEvent.Piece { Text.Length: > 0 } piece)
            {
                yield return Item(form.Piece(piece.Text));
            }

            if (progress && Told.Progress(happened, watch) is { } told)
            {
                yield return Item(form.Progress(told));
            }

            if (happened is GenerationEvent.Finished done)
            {
                yield return Item(form.End(done));
                if (asked.StreamOptions?.IncludeUsage == true)
                {
                    yield return Item(form.Usage(done));
                }
            }

            try
            {
                more = await events.MoveNextAsync();
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                error = ApiError.Of(e);
            }
        }

        yield return error is null ? new SseItem<string>("[DONE]") : Item(error.Body);
    }

    private static SseItem<string> Item(object chunk) => new(JsonSerializer.Serialize(chunk, Wire.Json));
}
