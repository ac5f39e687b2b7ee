using MPCache.Inference;


namespace MPCache.Bench;

/// <summary>Shows nothing: where only a report's figures matter.</summary>
internal sealed class SilentObserver : IGenerationObserver
{
    public void Receiving(long bytes, long total)
    {
    }

    public void Ready(PublicModel model)
    {
    }

    public void Prefilled(int tokens, int total)
    {
    }

    public void Token(int id, double seconds)
    {
    }

    public void LeftRange(int token)
    {
    }
}
