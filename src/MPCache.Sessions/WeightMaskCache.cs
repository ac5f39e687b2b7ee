using System.Security.Cryptography;
using MPCache.Inference;
using MPCache.Kernels;

namespace MPCache.Sessions;

/// <summary>
/// B, expanded, kept between sessions of one model under the name that was computed, never one that was claimed: who does not know the seed
/// behind a name gets nothing of what is kept under it.
/// </summary>
/// <param name="mostBytes">Memory for it at most, bytes.</param>
internal sealed class WeightMaskCache(long mostBytes) : IDisposable
{
    private (string Id, WeightMask Mask)? _mask;

    /// <summary>That of a model. The seed is wiped.</summary>
    /// <exception cref="SessionException">It is too large, or the seed is not that of the model's mask.</exception>
    public WeightMask Of(PublicModel model, byte[] seed, Action<string>? log)
    {
        var layout = new ModelLayout(model.Config);
        if (layout.Bytes > mostBytes)
        {
            throw new SessionException(EndReason.TooLarge,
                $"The mask of {model.Config.Name} takes {layout.Bytes / 1e9:N1} GB; this dealer holds {mostBytes / 1e9:N1} GB "
                    + $"at most (--max-weights-gb).");
        }

        string id = WeightMaskSeed.IdOf(seed, layout);
        if (id != model.MaskId)
        {
            throw new SessionException(EndReason.Disagreement,
                "The mask that the server names is not that of the seed it gave. It is faulty or dishonest; nothing was dealt.");
        }

        if (_mask?.Id != id)
        {
            Dispose();
            log?.Invoke($"expanding the mask of {layout.Bytes / 1e9:N1} GB");
            using var key = new AesKey(seed);
            _mask = (id, new WeightMask(model.Config, key));
        }

        CryptographicOperations.ZeroMemory(seed);
        return _mask!.Value.Mask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mask?.Mask.Dispose();
        _mask = null;
    }
}
