using System.Collections.Immutable;
using System.Security.Cryptography;
using MPCache.Models.Families;
using MPCache.Models.Gguf;
using MPCache.Models.HuggingFace;
using MPCache.Models.Storage;
using MPCache.Models.Text;

namespace MPCache.Models;

/// <summary>
/// An open model: its sizes, its weights in one order whatever the file's, its tokenizer and its chat template. All names, types, shapes
/// and ranges are checked when it is opened; weights are read when asked for. May be used from several threads at once. The files must not
/// be shortened while it is open.
/// </summary>
public sealed class ModelFile : IDisposable
{
    private readonly ImmutableArray<MappedFile> files;
    private readonly TensorMap tensors;
    private readonly Lazy<string> sha256;
    private readonly Lazy<ITextTokenizer> tokenizer;
    private readonly Lazy<ChatTemplate?> chat;

    private ModelFile(string path, ImmutableArray<MappedFile> files, ModelConfig config, TensorMap tensors, Func<TokenizerTables> tables,
        Func<(string File, string Template)?> template)
    {
        (Path, this.files, Config, this.tensors) = (path, files, config, tensors);
        sha256 = new(Hash);
        tokenizer = new(() => tables().Create());
        chat = new(() => template() is var (file, text) ? ChatTemplate.Recognise(file, text, () => tokenizer.Value) : null);
    }

    /// <summary>The path that the model was opened by.</summary>
    public string Path { get; }

    /// <summary>The model's public sizes.</summary>
    public ModelConfig Config { get; }

    /// <summary>Lower-case hex digest of the GGUF file, or of a folder's safetensors files in the order of their names, one after the
    /// other. Computed at the first use.</summary>
    public string Sha256 => sha256.Value;

    /// <summary>The tokenizer, built at the first use.</summary>
    /// <exception cref="ModelFormatException">The model has none, or one that is damaged or of a kind that is not supported.</exception>
    public ITextTokenizer Tokenizer => tokenizer.Value;

    /// <summary>The chat template; null where the model has none.</summary>
    /// <exception cref="ModelFormatException">The tokenizer that it needs cannot be read.</exception>
    public ChatTemplate? Chat => chat.Value;

    /// <summary>Opens a model.</summary>
    /// <param name="path">A .gguf file, or a Hugging Face folder with config.json and safetensors.</param>
    /// <exception cref="ModelFormatException">The model is missing, damaged or of a kind that is not supported; the message says which file
    /// and tensor, what is wrong and, where one is known, the cure.</exception>
    public static ModelFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) ? OpenFolder(path) : OpenGguf(path);
    }

    /// <summary>Whether the file has a tensor of its own for this role. False for <see cref="TensorRole.Output"/> where it is
    /// tied.</summary>
    /// <param name="role">What the tensor does.</param>
    /// <param name="layer">From 0 for a role that each layer has; -1 otherwise.</param>
    public bool Has(TensorRole role, int layer = -1) => tensors.Has(role, layer);

    /// <summary>Reads a tensor as fp32, row-major, output rows x input columns (<see cref="ModelConfig.ShapeOf"/>). Query, key and value
    /// are
    /// always separate. Rows of rotated queries and keys are in halves order: number i of a head turns together with number i +
    /// d/2.</summary>
    /// <param name="role">What the tensor does. A tied <see cref="TensorRole.Output"/> is the token embedding.</param>
    /// <param name="layer">From 0 for a role that each layer has; -1 otherwise.</param>
    /// <exception cref="ArgumentException">The model has no such tensor.</exception>
    /// <exception cref="ObjectDisposedException">The model is closed.</exception>
    public float[] Read(TensorRole role, int layer = -1)
    {
        if (role == TensorRole.Output && Config.TiedOutput)
        {
            role = TensorRole.TokenEmbedding;
        }

        return Has(role, layer)
            ? tensors[role, layer].Read()
            : throw new ArgumentException($"{Config.Name} ({Config.Layers} layers) has no {role} in layer {layer}", nameof(role));
    }

    /// <summary>The tokens to feed the model for a prompt: a chat of one message, or the plain text after the token that begins texts,
    /// where the model wants one.</summary>
    /// <param name="text">What the user typed; control tokens written out in it stay text.</param>
    /// <param name="useChat">Whether to wrap it in the chat template.</param>
    /// <exception cref="ModelFormatException">A template is asked for and the model has none that is supported, or the tokenizer cannot be
    /// read.</exception>
    public int[] Prompt(string text, bool useChat)
    {
        if (useChat)
        {
            return Prompt([new ChatMessage("user", text)]);
        }

        int[] tokens = Tokenizer.Encode(text);
        return Tokenizer.BeginToken is { } begin ? [begin, .. tokens] : tokens;
    }

    /// <summary>The tokens to feed the model for a conversation, up to where the assistant begins to speak.</summary>
    /// <param name="messages">The system's message, where there is one, then turns; the last is a user's.</param>
    /// <exception cref="ModelFormatException">The model has no template that is known, or the tokenizer cannot be read.</exception>
    /// <exception cref="ArgumentException">The template cannot write this conversation; the message says why.</exception>
    public int[] Prompt(IReadOnlyList<ChatMessage> messages) =>
        (Chat ?? throw new ModelFormatException(Path, "the model has no chat template", cure: "Give the prompt without one")).Apply(
            messages);

    /// <summary>Closes the files. Tokenizer and sizes stay usable if they have been used before.</summary>
    public void Dispose()
    {
        foreach (var file in files)
        {
            file.Dispose();
        }
    }

    private static ModelFile OpenGguf(string path)
    {
        var file = new MappedFile(path);
        try
        {
            var gguf = new GgufFile(file);
            (ModelFamily family, ModelConfig config) = GgufModel.ReadConfig(gguf);
            var map = new TensorMap(path, architecture: family.GgufName!, config, gguf.Tensors,
                (role, layer) => family.GgufPlace(role, layer, config), name => name == GgufShape.FrequencyFactors);
            return new ModelFile(path, [file], config, map, () => GgufTokenizer.Read(gguf, config.Vocabulary),
                () => gguf.Text("tokenizer.chat_template") is { } template ? (path, template) : null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static ModelFile OpenFolder(string path)
    {
        var folder = new HuggingFaceFolder(path);
        try
        {
            (ModelFamily family, ModelConfig config) = HuggingFaceModel.ReadConfig(folder);
            HashSet<string> names = [.. folder.Tensors.Keys];
            var map = new TensorMap(path, architecture: family.HuggingFaceName, config, folder.Tensors,
                (role, layer) => family.HuggingFacePlace(role, layer, config, names),
                name => family.Ignorable(name) || (config.TiedOutput && name == "lm_head.weight"));
            return new ModelFile(path, [.. folder.Files], config, map, () => TokenizerJson.Read(
                folder.Tokenizer() ?? throw new ModelFormatException(path, "the folder has no tokenizer.json",
                    cure: "Save the tokenizer with Hugging Face's save_pretrained"),
                config.Vocabulary, config.AddBos ? config.BosToken : null, config.EndTokens),
                () => HuggingFaceModel.ReadChatTemplate(folder));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            file.AppendTo(hash);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
