using MPCache.Models;

namespace MPCache.Testing;

/// <summary>Uses everything of a model file.</summary>
public static class ModelUse
{
    /// <summary>Opens a model, reads every tensor, encodes and decodes a text, and applies the chat template where it is known.</summary>
    /// <exception cref="ModelFormatException">It is refused.</exception>
    public static void All(string path)
    {
        using var model = ModelFile.Open(path);
        foreach (TensorRole role in Enum.GetValues<TensorRole>())
        {
            for (int layer = -1; layer < model.Config.Layers; layer++)
            {
                if (model.Has(role, layer))
                {
                    model.Read(role, layer);
                }
            }
        }

        model.Tokenizer.Decode(model.Tokenizer.Encode("hello world 12 <|im_end|>", special: true));
        if (model.Chat is { Recognised: true } chat)
        {
            chat.Apply("hello");
        }
    }
}
