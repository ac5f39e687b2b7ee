namespace MPCache.Models.Tests;

/// <summary>Uses everything of a model, for tests of files that may be broken.</summary>
internal static class Harness
{
    // An honest tiny model takes well under this; a length believed from a hostile file would take far more.
    private const long MostAllocated = 64 << 20;

    /// <summary>
    /// Opens and reads the whole model; true if it worked, false if it was refused with a message. Anything else fails the test.
    /// </summary>
    public static bool Exercise(string path, string what)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        bool opened;
        try
        {
            ModelUse.All(path);
            opened = true;
        }
        catch (ModelFormatException refusal)
        {
            Assert.False(string.IsNullOrWhiteSpace(refusal.Cause), what);
            Assert.StartsWith(path, refusal.File);
            opened = false;
        }
        catch (Exception error)
        {
            throw new Xunit.Sdk.XunitException($"{what}: {error}");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MostAllocated, $"{what}: {allocated} bytes were allocated");
        return opened;
    }

    public static ModelFormatException Refused(string path) => Assert.Throws<ModelFormatException>(() =>
    {
        using var model = ModelFile.Open(path);
        _ = model.Tokenizer;
    });
}
