using MPCache.Inference;
using MPCache.Models;
using MPCache.Sessions;

namespace MPCache.Attacks.Tests;

/// <summary>An honest server's model, client and dealer, loaded once: what the dishonest ones play against.</summary>
public sealed class Victim : IDisposable
{
    public Victim()
    {
        File = ModelFile.Open(Folder.Write("tiny.gguf", TinyModel.Gguf("llama").Build().File));
        Model = ServerModel.Load(File, Folder.Path);
    }

    public TempFolder Folder { get; } = new();

    public ModelFile File { get; }

    public ServerModel Model { get; }

    public static int[] Prompt => [1, 40, 77, 5];

    public static GenerationRequest Request => new() { PromptTokens = Prompt.Length, MaxTokens = 3, Policy = "full", Reveal = "token" };

    public InProcess Parties => new(Model, File, Folder.Path);

    public void Dispose()
    {
        Model.Dispose();
        File.Dispose();
        Folder.Dispose();
    }
}
