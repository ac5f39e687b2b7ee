using System.Text.RegularExpressions;

namespace MPCache.Models;

/// <summary>
/// How a model wants a user's message wrapped. The Jinja text of the model file is recognised, not run: the file is not trusted, and the
/// supported models have two forms. What the user typed never becomes a control token.
/// </summary>
public sealed partial class ChatTemplate
{
    private readonly string file;
    private readonly ITextTokenizer? tokenizer;
    private readonly Form form;
    private readonly string? defaultSystem;

    private ChatTemplate(string file, ITextTokenizer? tokenizer, Form form, string? defaultSystem)
    {
        this.file = file;
        this.tokenizer = tokenizer;
        this.form = form;
        this.defaultSystem = defaultSystem;
    }

    private enum Form
    {
        Unrecognised,
        ChatMl,
        Llama3,
    }

    /// <summary>Whether <see cref="Apply"/> works.</summary>
    public bool Recognised => form != Form.Unrecognised;

    /// <summary>A name of the form, for people.</summary>
    public string Name => form switch
    {
        Form.ChatMl => "ChatML",
        Form.Llama3 => "Llama 3",
        _ => "not recognised",
    };

    /// <summary>The tokens of a conversation with one message, up to where the assistant begins to speak.</summary>
    /// <param name="user">The user's message.</param>
    /// <param name="system">The system's message; null for the template's own, if it has one.</param>
    /// <exception cref="ModelFormatException">The template is not one of the supported forms, or its control tokens are missing.</exception>
    public int[] Apply(string user, string? system = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        var tokens = new List<int>();
        system ??= defaultSystem;
        switch (form)
        {
            case Form.ChatMl:
                if (system is not null)
                {
                    ChatMlTurn("system", system);
                }

                ChatMlTurn("user", user);
                Control("<|im_start|>");
                Plain("assistant\n");
                break;
            case Form.Llama3:
                Control("<|begin_of_text|>");
                if (system is not null)
                {
                    Llama3Turn("system", system);
                }

                Llama3Turn("user", user);
                Llama3Header("assistant");
                Plain("\n\n");
                break;
            default:
                throw new ModelFormatException(file, "its chat template is not of a supported form",
                    cure: "Give the prompt without a template; supported are ChatML (SmolLM2) and Llama 3's");
        }

        return [.. tokens];

        void ChatMlTurn(string role, string content)
        {
            Control("<|im_start|>");
            Plain($"{role}\n{content}");
            Control("<|im_end|>");
            Plain("\n");
        }

        void Llama3Turn(string role, string content)
        {
            Llama3Header(role);
            Plain("\n\n" + content.Trim());
            Control("<|eot_id|>");
        }

        void Llama3Header(string role)
        {
            Control("<|start_header_id|>");
            Plain(role);
            Control("<|end_header_id|>");
        }

        // Text between two control tokens is encoded as one, as a tokenizer that saw the whole would.
        void Plain(string text) => tokens.AddRange(tokenizer!.Encode(text));
        void Control(string token) => tokens.Add(tokenizer!.Find(token)
            ?? throw new ModelFormatException(file, $"its chat template needs the token {token}, which the vocabulary lacks"));
    }

    /// <summary>Recognises a template.</summary>
    /// <param name="file">Where it comes from, for errors.</param>
    /// <param name="template">Its Jinja text.</param>
    /// <param name="tokenizer">Makes the tokenizer; called only for a template that is recognised.</param>
    internal static ChatTemplate Recognise(string file, string template, Func<ITextTokenizer> tokenizer)
    {
        // Line breaks inside Jinja strings come as themselves or as \n, and quotes either way; spaces between its words mean nothing.
        var text = template.Replace("\\n", "\n").Replace('"', '\'');
        var dense = Spaces().Replace(text, "");
        if (dense.Contains("tools") || dense.Contains("strftime"))
        {
            return new ChatTemplate(file, null, Form.Unrecognised, null);
        }

        if (dense.Contains("'<|im_start|>'+message['role']+'\n'+message['content']+'<|im_end|>'"))
        {
            return new ChatTemplate(file, tokenizer(), Form.ChatMl, DefaultSystem().Match(text) is { Success: true } m ? m.Groups[1].Value : null);
        }

        return dense.Contains("'<|start_header_id|>'+message['role']+'<|end_header_id|>\n\n'+message['content']|trim+'<|eot_id|>'")
            ? new ChatTemplate(file, tokenizer(), Form.Llama3, null)
            : new ChatTemplate(file, null, Form.Unrecognised, null);
    }

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"<\|im_start\|>system\n([^<>{}']*)<\|im_end\|>")]
    private static partial Regex DefaultSystem();
}
