using System.Collections.Immutable;
using System.Text;

namespace MPCache.Models.Tests;

public class ChatTemplateTests
{
    private const string Llama3 = "{% set loop_messages = messages %}{% for message in loop_messages %}"
        + "{% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' %}"
        + "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}"
        + "{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    [Fact]
    public void ChatMlWithADefaultSystem() => Assert.Equal(
        "{1}system\nBe brief.{2}\n{1}user\n hi {2}\n{1}assistant\n", Apply(TinyModel.Template, " hi "));

    [Fact]
    public void LineBreaksMayBeEscaped() => Assert.Equal(
        "{1}system\nBe brief.{2}\n{1}user\nhi{2}\n{1}assistant\n", Apply(TinyModel.Template.Replace("\n", "\\n"), "hi"));

    [Fact]
    public void ASystemOfOnesOwn() => Assert.Equal(
        "{1}system\nRhyme.{2}\n{1}user\nhi{2}\n{1}assistant\n", Apply(TinyModel.Template, "hi", "Rhyme."));

    [Fact]
    public void Llama3Instruct() => Assert.Equal(
        "{3}{4}user{5}\n\nhi there{6}{4}assistant{5}\n\n", Apply(Llama3, " hi there\n"));

    [Fact]
    public void Llama3WithASystem() => Assert.Equal(
        "{3}{4}system{5}\n\nRhyme.{6}{4}user{5}\n\nhi{6}{4}assistant{5}\n\n", Apply(Llama3.Replace("\n", "\\n"), "hi", "Rhyme."));

    [Theory]
    [InlineData("{{ messages[0]['content'] }}")]
    [InlineData("")]
    [InlineData("{{ strftime_now('%d') }}" + TinyModel.Template)]
    public void OthersAreRefusedWhenUsed(string template)
    {
        var chat = ChatTemplate.Recognise("f.gguf", template, () => new Letters());
        Assert.False(chat.Recognised);
        var refusal = Assert.Throws<ModelFormatException>(() => chat.Apply("hi"));
        Assert.Equal("f.gguf", refusal.File);
        Assert.NotNull(refusal.Cure);
    }

    [Fact]
    public void AMissingControlTokenIsNamed()
    {
        var chat = ChatTemplate.Recognise("f.gguf", TinyModel.Template, () => new Letters { HasControls = false });
        Assert.Contains("<|im_start|>", Assert.Throws<ModelFormatException>(() => chat.Apply("hi")).Message);
    }

    [Theory]
    [InlineData("there is nothing to answer")]
    [InlineData("there is nothing to answer", "user", "assistant")]
    [InlineData("message 2 is the system's, which can only be the first", "user", "system", "user")]
    [InlineData("message 2 has the role 'tool'", "user", "tool", "user")]
    public void ConversationsThatCannotBeWritten(string cause, params string[] roles)
    {
        var chat = ChatTemplate.Recognise("f.gguf", TinyModel.Template, () => new Letters());
        var refusal = Assert.Throws<ArgumentException>(() => chat.Apply([.. roles.Select(r => new ChatMessage(r, "x"))]));
        Assert.Contains(cause, refusal.Message);
    }

    private static string Apply(string template, string user, string? system = null)
    {
        var letters = new Letters();
        var chat = ChatTemplate.Recognise("f.gguf", template, () => letters);
        Assert.True(chat.Recognised);
        return letters.Decode(chat.Apply(user, system));
    }

    /// <summary>A token a character from 100 on; control tokens are 1 to 6 and decode as {1} to {6}.</summary>
    private sealed class Letters : ITextTokenizer
    {
        private static readonly string[] Controls =
            ["", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"];

        public bool HasControls { get; init; } = true;

        public int Count => 70_000;

        public int? BeginToken => null;

        public ImmutableArray<int> EndTokens => [];

        public int[] Encode(string text, bool special = false) => Encode([new PromptPart(text, special)]);

        public int[] Encode(IReadOnlyList<PromptPart> parts)
        {
            List<int> result = [];
            foreach (PromptPart part in parts)
            {
                for (int at = 0; at < part.Text.Length;)
                {
                    int control = part.Template && HasControls
                        ? Array.FindIndex(Controls, 1, c => part.Text.AsSpan(at).StartsWith(c, StringComparison.Ordinal)) : -1;
                    result.Add(control > 0 ? control : part.Text[at] + 100);
                    at += control > 0 ? Controls[control].Length : 1;
                }
            }

            return [.. result];
        }

        public string Decode(ReadOnlySpan<int> ids)
        {
            var result = new StringBuilder();
            foreach (var id in ids)
            {
                _ = id < 100 ? result.Append($"{{{id}}}") : result.Append((char)(id - 100));
            }

            return result.ToString();
        }

        public int? Find(string token) => HasControls && Array.IndexOf(Controls, token) is > 0 and var id ? id : null;

        public TokenStream NewStream() => throw new InvalidOperationException();
    }
}
