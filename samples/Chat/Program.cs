// A private conversation: Chat SERVER DEALER TOKENIZER, for instance
// dotnet run -- tcp://127.0.0.1:5701 tcp://127.0.0.1:5700 SmolLM2-135M-Instruct.Q4_1.gguf
using Microsoft.Extensions.AI;
using MPCache.Client;

if (args is not [string server, string dealer, string tokenizer])
{
    Console.Error.WriteLine("Chat SERVER DEALER TOKENIZER: two addresses, and a model file for its tokenizer.");
    return 2;
}

using IChatClient chat = new MPCacheChatClient(new MPCacheClientOptions { Server = server, Dealer = dealer, Tokenizer = tokenizer });
var conversation = new List<ChatMessage>();
Console.Write("> ");
while (Console.ReadLine() is { Length: > 0 } line)
{
    conversation.Add(new ChatMessage(ChatRole.User, line));
    var updates = new List<ChatResponseUpdate>();
    await foreach (ChatResponseUpdate update in chat.GetStreamingResponseAsync(conversation))
    {
        Console.Write(update.Text);
        updates.Add(update);
    }

    conversation.AddMessages(updates);
    Console.Write("\n> ");
}

return 0;
