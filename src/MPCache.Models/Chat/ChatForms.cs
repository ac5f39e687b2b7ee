using System.Globalization;
using System.Text.RegularExpressions;

namespace MPCache.Models.Chat;

/// <summary>The forms that are known, each recognised by the very expressions with which a template writes messages.</summary>
internal static partial class ChatForms
{
    /// <summary>Names of the known forms, for messages.</summary>
    public const string Known = "ChatML (SmolLM2, Qwen 2.5), Qwen 3, Llama 2, Llama 3 to 3.3, Mistral, Gemma and Phi-3";

    private const string Header = "'<|start_header_id|>'+message['role']+'<|end_header_id|>\n\n'+message['content']|trim+'<|eot_id|>'";

    /// <summary>The form of a template; null for any other.</summary>
    /// <param name="text">As <see cref="JinjaText.Dense"/> gives it.</param>
    public static ChatForm? Find(string text)
    {
        bool dated = Has("strftime");
        if (Has("'<|im_start|>'+message['role']+'\n'+message['content']+'<|im_end|>") && !dated)
        {
            return ChatMl("ChatML", DefaultSystem().Match(text) is { Success: true } m ? m.Groups[1].Value : null, said => said);
        }

        if (Has("'<|im_start|>'+message['role']+'\n'+content+'<|im_end|>") && Has("content.split('</think>')[-1]") && !dated)
        {
            return ChatMl("Qwen 3", null, WithoutThoughts);
        }

        if (Has(Header))
        {
            string? date = !Has("'Cutting Knowledge Date: December 2023\n'") ? null
                : dated ? DateTime.Now.ToString("dd MMM yyyy", CultureInfo.InvariantCulture) : Date().Match(text).Groups[1].Value;
            return date is null && dated ? null : Llama3(date);
        }

        if (Has("bos_token+'[INST] '+content.strip()+' [/INST]'") && Has("'<<SYS>>\n'+system_message+'\n<</SYS>>\n\n'"))
        {
            return Llama2();
        }

        if (Mistral().Match(text) is { Success: true } inst)
        {
            return MistralForm(inst.Groups[1].Value, inst.Groups[2].Value);
        }

        if (Has("'<start_of_turn>'+role+'\n'+"))
        {
            return Gemma(takesSystem: Has("first_user_prefix"));
        }

        return Has("message['content']+'<|end|>") && Has("'<|user|>") && Has("'<|assistant|>")
            ? Phi3(Has("'<|system|>"), Has("{{bos_token")) : null;

        bool Has(string expression) => text.Contains(expression, StringComparison.Ordinal);

        // Versions 1 and 3 of Mistral's differ in their spaces and in which message the system's is put before.
        ChatForm MistralForm(string open, string close)
        {
            bool trims = Has("' '+message['content']|trim+eos_token");
            string before = trims || Has("' '+message['content']+eos_token") ? " " : "";
            string after = Has("message['content']+eos_token+' '") ? " " : "";
            bool? systemLast = Has("loop.lastandsystem_messageisdefined") ? true : Has("loop.firstandsystem_messageisdefined") ? false
                : null;
            return new ChatForm("Mistral", ["<s>", "</s>"], systemLast is not null, true, (w, system, turns) =>
            {
                w.Own("<s>");
                foreach ((int i, ChatMessage turn) in turns.Index())
                {
                    if (turn.Role == "user")
                    {
                        w.Own(open);
                        if (system is not null && i == (systemLast == true ? turns.Count - 1 : 0))
                        {
                            w.Said(system).Own("\n\n");
                        }

                        w.Said(turn.Content).Own(close);
                    }
                    else
                    {
                        w.Own(before).Said(trims ? turn.Content.Trim() : turn.Content).Own("</s>" + after);
                    }
                }
            });
        }
    }

    /// <summary>What an assistant of Qwen 3 said, without the thoughts before it.</summary>
    private static string WithoutThoughts(string said)
    {
        const string end = "</think>";
        int at = said.LastIndexOf(end, StringComparison.Ordinal);
        return at < 0 ? said : said[(at + end.Length)..].TrimStart('\n');
    }

    private static ChatForm ChatMl(string name, string? defaultSystem, Func<string, string> assistant) =>
        new(name, ["<|im_start|>", "<|im_end|>"], true, false, (w, system, turns) =>
        {
            if ((system ?? defaultSystem) is { } given)
            {
                w.Own("<|im_start|>system\n").Said(given).Own("<|im_end|>\n");
            }

            foreach (ChatMessage turn in turns)
            {
                w.Own($"<|im_start|>{turn.Role}\n").Said(turn.Role == "user" ? turn.Content : assistant(turn.Content)).Own("<|im_end|>\n");
            }

            w.Own("<|im_start|>assistant\n");
        });

    /// <param name="date">The date that 3.1 and later are told in a system message that is always there; null for 3.</param>
    private static ChatForm Llama3(string? date) => new(date is null ? "Llama 3" : "Llama 3.1",
        ["<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"], true, false, (w, system, turns) =>
        {
            w.Own("<|begin_of_text|>");
            if (system is not null || date is not null)
            {
                w.Own("<|start_header_id|>system<|end_header_id|>\n\n");
                w.Own(date is null ? "" : $"Cutting Knowledge Date: December 2023\nToday Date: {date}\n\n");
                w.Said((system ?? "").Trim()).Own("<|eot_id|>");
            }

            foreach (ChatMessage turn in turns)
            {
                w.Own($"<|start_header_id|>{turn.Role}<|end_header_id|>\n\n").Said(turn.Content.Trim()).Own("<|eot_id|>");
            }

            w.Own("<|start_header_id|>assistant<|end_header_id|>\n\n");
        });

    private static ChatForm Llama2() => new("Llama 2", ["<s>", "</s>"], true, true, (w, system, turns) =>
    {
        foreach ((int i, ChatMessage turn) in turns.Index())
        {
            if (turn.Role == "assistant")
            {
                w.Own(" ").Said(turn.Content.Trim()).Own(" </s>");
            }
            else if (i == 0 && system is not null)
            {
                w.Own("<s>[INST] <<SYS>>\n").Said(system).Own("\n<</SYS>>\n\n").Said(turn.Content.TrimEnd()).Own(" [/INST]");
            }
            else
            {
                w.Own("<s>[INST] ").Said(turn.Content.Trim()).Own(" [/INST]");
            }
        }
    });

    private static ChatForm Gemma(bool takesSystem) =>
        new("Gemma", ["<bos>", "<start_of_turn>", "<end_of_turn>"], takesSystem, true, (w, system, turns) =>
        {
            w.Own("<bos>");
            foreach ((int i, ChatMessage turn) in turns.Index())
            {
                w.Own($"<start_of_turn>{(turn.Role == "user" ? "user" : "model")}\n");
                if (i == 0 && system is not null)
                {
                    w.Said(system).Own("\n\n");
                }

                w.Said(turn.Content.Trim()).Own("<end_of_turn>\n");
            }

            w.Own("<start_of_turn>model\n");
        });

    private static ChatForm Phi3(bool takesSystem, bool begins) =>
        new("Phi-3", ["<|user|>", "<|assistant|>", "<|end|>"], takesSystem, !takesSystem, (w, system, turns) =>
        {
            w.Own(begins ? "<s>" : "");
            foreach (ChatMessage turn in system is null ? turns : turns.Prepend(new ChatMessage("system", system)))
            {
                w.Own($"<|{turn.Role}|>\n").Said(turn.Content).Own("<|end|>\n");
            }

            w.Own("<|assistant|>\n");
        });

    [GeneratedRegex(@"<\|im_start\|>system\n([^<>{}']*)<\|im_end\|>")]
    private static partial Regex DefaultSystem();

    [GeneratedRegex("date_string='([^']*)'")]
    private static partial Regex Date();

    [GeneratedRegex(@"'( ?\[INST\] ?)'\+message\['content'\]\+'( ?\[/INST\])'")]
    private static partial Regex Mistral();
}
