namespace MPCache.Inference;

/// <summary>Largest and smallest magnitudes of each tensor of each layer, as a run in the clear shows them.</summary>
public sealed class RangeRecorder
{
    private readonly Dictionary<(string Tensor, int Layer), (float Smallest, float Largest)> _ranges = [];

    /// <summary>Records one run's tensor; the signature of <see cref="TensorObserver"/>.</summary>
    public void Observe(string tensor, int layer, ReadOnlySpan<float> values)
    {
        (float smallest, float largest) = _ranges.GetValueOrDefault((tensor, layer), (float.MaxValue, 0));
        foreach (float value in values)
        {
            float magnitude = MathF.Abs(value);
            if (!float.IsFinite(magnitude))
            {
                throw new CalibrationException($"Layer {layer}, tensor \"{tensor}\": the plaintext run gives {value}. The model file is "
                    + $"damaged, or the model needs more than single precision.");
            }

            smallest = MathF.Min(smallest, magnitude);
            largest = MathF.Max(largest, magnitude);
        }

        _ranges[(tensor, layer)] = (smallest, largest);
    }

    /// <summary>Largest magnitude of a tensor in a layer.</summary>
    public float Largest(string tensor, int layer) => _ranges[(tensor, layer)].Largest;

    /// <summary>Smallest magnitude of a tensor in a layer.</summary>
    public float Smallest(string tensor, int layer) => _ranges[(tensor, layer)].Smallest;

    /// <summary>Largest magnitude of a tensor over all layers.</summary>
    public float Largest(string tensor) => _ranges.Where(r => r.Key.Tensor == tensor).Max(r => r.Value.Largest);
}
