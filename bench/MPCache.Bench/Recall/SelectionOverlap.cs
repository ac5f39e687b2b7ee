namespace MPCache.Bench;

/// <summary>How alike the selections of layers are: the measure by which layers are put into sharing groups (paper, section 4.4).</summary>
internal static class SelectionOverlap
{
    /// <summary>
    /// Common members over the size of the larger set, 0 to 1; 1 for two empty sets. Both lists ascend without repetition.
    /// </summary>
    public static double Of(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        int common = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            common += a[i] == b[j] ? 1 : 0;
            int left = a[i], right = b[j];
            i += left <= right ? 1 : 0;
            j += right <= left ? 1 : 0;
        }

        int larger = Math.Max(a.Length, b.Length);
        return larger == 0 ? 1 : (double)common / larger;
    }

    /// <summary>
    /// Symmetric matrix (layers, layers) of the overlap of each pair, mean over heads. <paramref name="selections"/> holds for each layer
    /// and head
    /// the selected tokens, which must mean the same in every layer: positions in the prompt, where layers evict separately.
    /// </summary>
    /// <exception cref="ArgumentException">Layers differ in their number of heads.</exception>
    public static double[,] Matrix(IReadOnlyList<int[][]> selections)
    {
        var matrix = new double[selections.Count, selections.Count];
        for (int a = 0; a < selections.Count; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                if (selections[a].Length != selections[b].Length)
                {
                    throw new ArgumentException(
                        $"Layer {a} has {selections[a].Length} heads, layer {b} has {selections[b].Length}.",
                        nameof(selections));
                }

                double sum = 0;
                for (int h = 0; h < selections[a].Length; h++)
                {
                    sum += Of(selections[a][h], selections[b][h]);
                }

                matrix[a, b] = matrix[b, a] = sum / selections[a].Length;
            }
        }

        return matrix;
    }
}
