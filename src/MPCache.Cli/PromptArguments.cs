using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MPCache.Models;

namespace MPCache.Cli;

/// <summary>The options that say what the model is asked.</summary>
internal sealed class PromptArguments
{
    private readonly Option<string> _prompt = new("--prompt") { Description = "The prompt.", HelpName = "TEXT" };

    private readonly Option<string> _promptFile = new("--prompt-file")
    {
        Description = "A file that holds the prompt, in UTF-8; - for standard input.",
        HelpName = "FILE",
    };

    private readonly Option<int[]> _ids = new("--ids")
    {
        Description = "The prompt as token ids, separated by commas.",
        HelpName = "1,2,3",
        CustomParser = Ids,
    };

    private readonly Option<bool> _chat = new("--chat") { Description = "Apply the model's chat template." };

    private readonly Option<string> _system = new("--system")
    {
        Description = "With --chat: what the model is told before the conversation, in place of the template's own words.",
        HelpName = "TEXT",
    };

    private readonly Option<string> _messages = new("--messages")
    {
        Description = "With --chat: earlier turns, a JSON list of {\"role\": \"user\"|\"assistant\", \"content\": TEXT}; "
            + "the prompt comes after them.",
        HelpName = "FILE",
    };

    public PromptArguments(Command command)
    {
        foreach (Option option in new Option[] { _prompt, _promptFile, _ids, _chat, _system, _messages })
        {
            command.Add(option);
        }

        command.Validators.Add(Check);
    }

    /// <summary>The tokens to feed the model.</summary>
    /// <exception cref="ArgumentException">The prompt is empty, unreadable or not one of this model's.</exception>
    /// <exception cref="ModelFormatException">The model has no tokenizer or no chat template that is known.</exception>
    public int[] Read(ParseResult result, ModelFile file)
    {
        if (result.GetValue(_ids) is { Length: > 0 } ids)
        {
            return Array.Find(ids, id => id >= file.Config.Vocabulary) is > 0 and int wrong
                ? throw new ArgumentException($"--ids: token {wrong} is not among the {file.Config.Vocabulary:N0} of {file.Config.Name}.")
                    : ids;
        }

        string? text = result.GetValue(_prompt)
            ?? (result.GetValue(_promptFile) is { } path ? PromptFile.Read(path, "--prompt-file") : null);
        if (text == "")
        {
            throw new ArgumentException($"--prompt-file {result.GetValue(_promptFile)}: the prompt is empty.");
        }

        return result.GetValue(_chat) ? file.Prompt(Conversation(result, text)) : file.Prompt(text!, useChat: false);
    }

    private List<ChatMessage> Conversation(ParseResult result, string? text)
    {
        List<ChatMessage> messages = result.GetValue(_messages) is { } path ? ConversationFile.Read(path, "--messages") : [];
        if (result.GetValue(_system) is { } system)
        {
            if (messages is [{ Role: "system" }, ..])
            {
                throw new ArgumentException("--messages begins with a system message: leave --system out, or that message.");
            }

            messages.Insert(0, new ChatMessage("system", system));
        }

        if (text is not null)
        {
            messages.Add(new ChatMessage("user", text));
        }

        return messages;
    }

    private void Check(CommandResult result)
    {
        bool prompt = result.GetValue(_prompt) is not null, file = result.GetValue(_promptFile) is not null,
            ids = result.GetResult(_ids) is not null;
        bool chat = result.GetValue(_chat), messages = result.GetValue(_messages) is not null,
            system = result.GetValue(_system) is not null;
        int given = new[] { prompt, file, ids }.Count(w => w);
        if (given > 1 || (given == 0 && !messages))
        {
            result.AddError("Give the prompt once: --prompt, --prompt-file or --ids.");
        }

        if (result.GetValue(_prompt) == "")
        {
            result.AddError("--prompt is empty: say what the model is to continue or to answer.");
        }

        if ((messages || system) && !chat)
        {
            string option = messages ? "--messages" : "--system";
            result.AddError($"{option} needs --chat: without the model's chat template there are no messages.");
        }

        if (ids && chat)
        {
            result.AddError("--ids are fed to the model as they are: leave --chat out.");
        }

        if (result.GetValue(_promptFile) == "-" && result.GetValue(_messages) == "-")
        {
            result.AddError("--prompt-file and --messages cannot both read standard input.");
        }
    }

    private static int[] Ids(ArgumentResult result)
    {
        string list = result.Tokens.Single().Value;
        string[] parts = list.Split(',', StringSplitOptions.TrimEntries);
        int[] ids = new int[parts.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out ids[i]))
            {
                result.AddError($"--ids takes token ids from 0 up, separated by commas; \"{parts[i]}\" is none.");
                return [];
            }
        }

        return ids;
    }
}
