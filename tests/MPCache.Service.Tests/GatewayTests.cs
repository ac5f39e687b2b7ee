using System.ClientModel;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace MPCache.Service.Tests;

/// <summary>The gateway, held to clients that others wrote. Every text here was generated privately by three processes.</summary>
public sealed class GatewayTests(Served served) : IClassFixture<Served>
{
    private OpenAIClient Client => new(new ApiKeyCredential(Served.Key), new OpenAIClientOptions { Endpoint = served.Api });

    [Fact]
    public async Task TheOfficialClientGetsThePrivateText()
    {
        OpenAI.Chat.ChatClient chat = Client.GetChatClient("any");
        ChatCompletion whole = await chat.CompleteChatAsync(
            [new UserChatMessage(Served.Prompt)], new ChatCompletionOptions { MaxOutputTokenCount = Served.Tokens });
        Assert.Equal(Served.Text, whole.Content[0].Text);
        Assert.Equal((5, Served.Tokens), (whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount));
        Assert.Equal(OpenAI.Chat.ChatFinishReason.Length, whole.FinishReason);
        string name = (await Client.GetOpenAIModelClient().GetModelsAsync()).Value.Single().Id;
        Assert.StartsWith("scribe", name, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task TheOfficialClientStreamsIt()
    {
        var pieces = new List<string>();
        await foreach (StreamingChatCompletionUpdate update in Client.GetChatClient("any").CompleteChatStreamingAsync(
            [new UserChatMessage(Served.Prompt)], new ChatCompletionOptions { MaxOutputTokenCount = Served.Tokens }))
        {
            pieces.AddRange(update.ContentUpdate.Select(c => c.Text).Where(t => t.Length > 0));
        }

        Assert.Equal(Served.Text, string.Concat(pieces));
        Assert.Equal(Served.Tokens, pieces.Count);
    }

    [Fact]
    public async Task AProgramOfMicrosoftExtensionsAiGetsIt()
    {
        using IChatClient chat = Client.GetChatClient("any").AsIChatClient();
        ChatResponse response = await chat.GetResponseAsync(Served.Prompt, new ChatOptions { MaxOutputTokens = Served.Tokens });
        Assert.Equal(Served.Text, response.Text);
        Assert.Equal(5 + Served.Tokens, response.Usage!.TotalTokenCount);
    }

    [Fact]
    public void CurlGetsItWithItsCost()
    {
        var start = new System.Diagnostics.ProcessStartInfo("curl") { RedirectStandardOutput = true };
        string body = JsonSerializer.Serialize(new { prompt = Served.Prompt, max_tokens = 8, stop = " reign" });
        foreach (string argument in new[] { "-s", $"{served.Api}/completions", "-H", $"Authorization: Bearer {Served.Key}", "-d", body })
        {
            start.ArgumentList.Add(argument);
        }

        using System.Diagnostics.Process curl = System.Diagnostics.Process.Start(start)!;
        using JsonDocument json = JsonDocument.Parse(curl.StandardOutput.ReadToEnd());
        JsonElement choice = json.RootElement.GetProperty("choices")[0], cost = json.RootElement.GetProperty("mpcache");
        Assert.Equal(" of the", choice.GetProperty("text").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.True(cost.GetProperty("prompt").GetProperty("rounds").GetInt64() > 100);
        Assert.True(cost.GetProperty("tokens").GetProperty("bytes").GetProperty("dealer_to_server").GetInt64() > 1000);
        Assert.True(json.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32() is 3 or 4);
    }

    [Fact]
    public async Task AStreamTellsUsageAndWhatThePartiesSee()
    {
        using HttpResponseMessage response = await Post("/v1/chat/completions", new
        {
            messages = new[] { new { role = "user", content = new[] { new { type = "text", text = Served.Prompt } } } },
            max_completion_tokens = 2,
            stream = true,
            stream_options = new { include_usage = true, include_progress = true },
        });
        string[] lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", lines[^1]);
        JsonElement[] chunks = [.. lines[..^1].Select(l => JsonDocument.Parse(l["data: ".Length..]).RootElement)];
        Assert.Equal(7, chunks[^1].GetProperty("usage").GetProperty("total_tokens").GetInt32());
        JsonElement[] told = [.. chunks.Where(c => c.TryGetProperty("mpcache", out _)).Select(c => c.GetProperty("mpcache"))];
        JsonElement last = told.Last(t => t.TryGetProperty("phase", out JsonElement p) && p.GetString() == "token"), cost = told[^1];
        Assert.Equal(
            cost.GetProperty("prompt").GetProperty("rounds").GetInt64() + cost.GetProperty("tokens").GetProperty("rounds").GetInt64(),
            last.GetProperty("rounds").GetInt64());
        Assert.Contains("\"PromptTokens\":5", last.GetProperty("dealer_told").GetString());
        byte[] noise = Convert.FromHexString(last.GetProperty("server_sees").GetString()!);
        Assert.InRange(noise.Length, 1, 48);
    }

    [Theory]
    [InlineData("logprobs", "true")]
    [InlineData("n", "2")]
    [InlineData("tools", """[{"type":"function"}]""")]
    [InlineData("response_format", """{"type":"json_object"}""")]
    [InlineData("top_p", "5")]
    [InlineData("temperature", "99")]
    [InlineData("max_tokens", "0")]
    [InlineData("max_tokens", "1000000")]
    [InlineData("messages", """[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:"}}]}]""")]
    [InlineData("messages", "[]")]
    [InlineData("messages", "7")]
    public async Task WhatIsNotThereIsAnErrorObject(string member, string value)
    {
        string messages = member == "messages" ? "" : """ "messages":[{"role":"user","content":"x"}],""";
        using var body = new StringContent($$"""{{{messages}}"{{member}}":{{value}}}""");
        using HttpResponseMessage response = await served.Http.PostAsync("/v1/chat/completions", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.True(error.GetProperty("message").GetString()!.Length > 20);
    }

    [Theory]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Host", "evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Authorization", "Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("X-None", "1", HttpStatusCode.OK)]
    public async Task StrangersAreNotAnswered(string header, string value, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(served.Address, "/v1/models"));
        request.Headers.Authorization = new("Bearer", Served.Key);
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        using var http = new HttpClient();
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task OneRunsOneWaitsOneIsSentAwayAndWhoLeavesFreesTheParties()
    {
        using var leave = new CancellationTokenSource();
        object longer = new { prompt = Served.Prompt, max_tokens = 900 };
        object shorter = new { prompt = Served.Prompt, max_tokens = Served.Tokens };
        Task<HttpResponseMessage> first = served.Http.PostAsJsonAsync("/v1/completions", longer, leave.Token);
        await Until("running", 1);
        Task<HttpResponseMessage> second = Post("/v1/completions", shorter);
        await Until("waiting", 1);
        using HttpResponseMessage third = await Post("/v1/completions", shorter);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.True(third.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        using HttpResponseMessage answered = await second.WaitAsync(TimeSpan.FromSeconds(60));
        JsonElement json = await answered.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(Served.Text, json.GetProperty("choices")[0].GetProperty("text").GetString());
        string metrics = await served.Http.GetStringAsync("/metrics");
        Assert.Contains("mpcache_answers_total{outcome=\"cancelled\"}", metrics);
        Assert.Contains("mpcache_answers_total{outcome=\"refused\"} 1", metrics);
        Assert.Contains("mpcache_stage_seconds_total{stage=", metrics);
        Assert.DoesNotContain(Served.Prompt, metrics);
    }

    private async Task Until(string member, int value)
    {
        for (int i = 0; i < 600; i++, await Task.Delay(50))
        {
            if ((await served.Http.GetFromJsonAsync<JsonElement>("/health")).GetProperty(member).GetInt32() == value)
            {
                return;
            }
        }

        throw new TimeoutException($"{member} did not become {value}.");
    }

    private Task<HttpResponseMessage> Post(string path, object body) => served.Http.PostAsJsonAsync(path, body);
}
