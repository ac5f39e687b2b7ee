using MPCache.Models.Chat;

namespace MPCache.Models;

/// <summary>
/// How a model wants a conversation written down. The Jinja text of the model file is recognised, not run: the file is not trusted, and no
/// kept Jinja library is on NuGet. What the user typed never becomes a control token.
/// </summary>
public sealed class ChatTemplate
{
    private readonly string _file;
    private readonly ITextTokenizer? _tokenizer;
    private readonly ChatForm? _form;

    private ChatTemplate(string file, ITextTokenizer? tokenizer, ChatForm? form) => (_file, _tokenizer, _form) = (file, tokenizer, form);

    /// <summary>Whether <see cref="Apply(string, string)"/> works.</summary>
    public bool Recognised => _form is not null;

    /// <summary>A name of the form, for people.</summary>
    public string Name => _form?.Name ?? "not recognised";

    /// <summary>The tokens of a conversation with one message, up to where the assistant begins to speak.</summary>
    /// <param name="user">The user's message.</param>
    /// <param name="system">The system's message; null for the template's own, if it has one.</param>
    /// <exception cref="ModelFormatException">The template is not one of the known forms, or its control tokens are missing.</exception>
    /// <exception cref="ArgumentException">The form has no place for a system message.</exception>
    public int[] Apply(string user, string? system = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        var message = new ChatMessage("user", user);
        return Apply(system is null ? [message] : [new ChatMessage("system", system), message]);
    }

    /// <summary>The tokens of a conversation, up to where the assistant begins to speak.</summary>
    /// <param name="messages">The system's message, where there is one, then turns; the last is a user's.</param>
    /// <exception cref="ModelFormatException">The template is not one of the known forms, or its control tokens are missing.</exception>
    /// <exception cref="ArgumentException">The form cannot write this conversation; the message says why.</exception>
    public int[] Apply(IReadOnlyList<ChatMessage> messages) => _tokenizer is null ? throw NotRecognised()
        : _tokenizer.Encode(Compose(messages));

    /// <summary>Recognises a template.</summary>
    /// <param name="file">Where it comes from, for errors.</param>
    /// <param name="template">Its Jinja text.</param>
    /// <param name="tokenizer">Makes the tokenizer; called only for a template that is recognised.</param>
    internal static ChatTemplate Recognise(string file, string template, Func<ITextTokenizer> tokenizer)
    {
        ChatForm? form = ChatForms.Find(JinjaText.Dense(template));
        return new ChatTemplate(file, form is null ? null : tokenizer(), form);
    }

    /// <summary>The conversation as the template writes it.</summary>
    internal List<PromptPart> Compose(IReadOnlyList<ChatMessage> messages)
    {
        ChatForm form = _form ?? throw NotRecognised();
        string? system = messages is [{ Role: "system" } first, ..] ? first.Content : null;
        List<ChatMessage> turns = [.. system is null ? messages : messages.Skip(1)];
        foreach ((int i, ChatMessage turn) in turns.Index())
        {
            int number = i + (system is null ? 1 : 2);
            Require(turn.Role is "user" or "assistant", turn.Role == "system"
                ? $"message {number} is the system's, which can only be the first"
                : $"message {number} has the role '{ModelFormatException.Printable(turn.Role)}', which is not system, user or assistant");
            Require(!form.Alternates || turn.Role == (i % 2 == 0 ? "user" : "assistant"),
                $"message {number} is the {turn.Role}'s: in this model's template user and assistant take turns, and the user begins");
        }

        Require(turns is [.., { Role: "user" }], "the last message is not the user's, so there is nothing to answer");
        Require(system is null || form.TakesSystem, "this model's template has no place for a system message");
        foreach (string control in form.Controls)
        {
            if (_tokenizer!.Encode(control, special: true).Length != 1)
            {
                throw new ModelFormatException(_file, $"its chat template needs the token {control}, which the vocabulary lacks");
            }
        }

        var writer = new ChatWriter();
        form.Write(writer, system, turns);
        return writer.Parts;

        static void Require(bool holds, string cause)
        {
            if (!holds)
            {
                throw new ArgumentException($"The conversation cannot be written down: {cause}.");
            }
        }
    }

    private ModelFormatException NotRecognised() => new(_file, "its chat template is not of a known form",
        cure: $"Give the prompt without a template; known are {ChatForms.Known}");
}
