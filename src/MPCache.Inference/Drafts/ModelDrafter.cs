namespace MPCache.Inference;

/// <summary>
/// Guesses what a small model of the same vocabulary would say, run in the clear where the text is known. It draws with the sampler, and
/// so the noise, of the text itself: where the two models agree, their draws do.
/// </summary>
/// <param name="weights">The small model.</param>
/// <param name="sampler">How the text's tokens are drawn.</param>
public sealed class ModelDrafter(FloatWeights weights, Sampler sampler) : IDrafter
{
    private readonly FloatProgram _program = new(weights);
    private readonly List<int> _run = []; // tokens whose keys the small model's cache holds

    /// <inheritdoc/>
    public int[] Draft(IReadOnlyList<int> text, int most)
    {
        most = Math.Min(most, weights.Config.ContextLength - text.Count);
        if (most < 1)
        {
            return [];
        }

        int same = 0;
        while (same < Math.Min(_run.Count, text.Count - 1) && _run[same] == text[same])
        {
            same++;
        }

        _program.DropLast(_run.Count - same);
        _run.RemoveRange(same, _run.Count - same);
        List<int> all = [.. text];
        for (int i = 0; i < most; i++)
        {
            int[] next = [.. all.Skip(_run.Count)];
            float[] logits = _program.Step(next);
            _run.AddRange(next);
            all.Add(sampler.Choose(logits, [.. all]));
        }

        return [.. all.Skip(text.Count)];
    }
}
