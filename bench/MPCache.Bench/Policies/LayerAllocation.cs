namespace MPCache.Bench;

/// <summary>
/// Sizes for layers from what each size costs each of them (XKV, arXiv 2412.05896): the sum of losses is smallest among all ways to give out
/// so many tokens, found exactly by dynamic programming.
/// </summary>
internal static class LayerAllocation
{
    /// <summary>The best size of each layer.</summary>
    /// <param name="sizes">Sizes to choose from, ascending.</param>
    /// <param name="losses">What each size costs: layers x sizes.</param>
    /// <param name="total">Tokens to give out over all layers.</param>
    /// <exception cref="ArgumentException">Even the smallest sizes are too many.</exception>
    public static int[] Best(int[] sizes, double[][] losses, int total)
    {
        if ((long)sizes[0] * losses.Length > total)
        {
            throw new ArgumentException($"{losses.Length} layers of {sizes[0]} tokens are more than {total}.", nameof(total));
        }

        // best[t]: the smallest loss of the layers so far with t tokens or fewer; choice[layer][t]: the last layer's size in it.
        double[] best = new double[total + 1];
        int[][] choice = new int[losses.Length][];
        for (int layer = 0; layer < losses.Length; layer++)
        {
            double[] next = [.. Enumerable.Repeat(double.PositiveInfinity, total + 1)];
            choice[layer] = new int[total + 1];
            for (int t = 0; t <= total; t++)
            {
                for (int s = 0; s < sizes.Length && sizes[s] <= t; s++)
                {
                    double loss = best[t - sizes[s]] + losses[layer][s];
                    if (loss < next[t])
                    {
                        (next[t], choice[layer][t]) = (loss, s);
                    }
                }
            }

            best = next;
        }

        int[] chosen = new int[losses.Length];
        for (int layer = losses.Length - 1, left = total; layer >= 0; layer--)
        {
            chosen[layer] = sizes[choice[layer][left]];
            left -= chosen[layer];
        }

        return chosen;
    }
}
