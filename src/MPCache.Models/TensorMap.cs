using MPCache.Models.Storage;

namespace MPCache.Models;

/// <summary>All tensors of an open model by role and layer, each found and its shape checked.</summary>
internal sealed class TensorMap
{
    private readonly Dictionary<(TensorRole, int), TensorView> views = [];

    /// <param name="file">Path to name in errors.</param>
    /// <param name="architecture">What the file calls its architecture.</param>
    /// <param name="config">Checked sizes.</param>
    /// <param name="tensors">What the file holds, by name.</param>
    /// <param name="place">Where the format keeps a role.</param>
    /// <param name="ignorable">Names of tensors that carry nothing the model needs.</param>
    /// <exception cref="ModelFormatException">A tensor is missing, of a wrong shape or type, or foreign to the architecture.</exception>
    public TensorMap(string file, string architecture, ModelConfig config, IReadOnlyDictionary<string, StoredTensor> tensors,
        Func<TensorRole, int, TensorPlace> place, Predicate<string> ignorable)
    {
        var used = new HashSet<string>();
        foreach (var role in TensorRoles.Of(config))
        {
            if (role == TensorRole.Output && config.TiedOutput)
            {
                continue;
            }

            // A file that claims more layers than it has fails at the first one missing, so the loop is bounded by the file.
            for (var layer = 0; layer < (TensorRoles.IsPerLayer(role) ? config.Layers : 1); layer++)
            {
                var where = place(role, layer);
                if (!tensors.TryGetValue(where.Name, out var stored))
                {
                    throw new ModelFormatException(file, "it is missing", where.Name, "The file is incomplete or of another architecture");
                }

                used.Add(where.Name);
                views.Add((role, TensorRoles.IsPerLayer(role) ? layer : -1), new TensorView(stored, where, config, role));
            }
        }

        // A tensor that the features do not ask for (a bias, a norm of queries) changes the model's function:
        // to ignore it would give wrong text silently.
        if (tensors.Keys.FirstOrDefault(name => !used.Contains(name) && !ignorable(name)) is { } foreign)
        {
            throw new ModelFormatException(file,
                $"a {architecture} model of these features has no such tensor, so the model is a variant that is not supported", foreign);
        }
    }

    public bool Has(TensorRole role, int layer) => views.ContainsKey((role, layer));

    public TensorView this[TensorRole role, int layer] => views[(role, layer)];
}
