using System.Text;

namespace MPCache.Models;

/// <summary>A model that cannot be read: damaged, truncated, hostile, or of a kind that is not supported.</summary>
public sealed class ModelFormatException : Exception
{
    /// <param name="file">Path of the file (or folder) at fault.</param>
    /// <param name="cause">What is wrong, without a full stop.</param>
    /// <param name="tensor">The tensor at fault, where it is one.</param>
    /// <param name="cure">What the user can do about it, without a full stop.</param>
    /// <param name="inner">The error underneath.</param>
    public ModelFormatException(string file, string cause, string? tensor = null, string? cure = null, Exception? inner = null)
        : base(Compose(file, cause, tensor, cure), inner)
    {
        File = file;
        Cause = cause;
        Tensor = tensor;
        Cure = cure;
    }

    /// <summary>Path of the file or folder at fault.</summary>
    public string File { get; }

    /// <summary>What is wrong.</summary>
    public string Cause { get; }

    /// <summary>The tensor at fault, as the file names it; null where the fault is elsewhere.</summary>
    public string? Tensor { get; }

    /// <summary>What to do about it; null where nothing better than another copy of the model is known.</summary>
    public string? Cure { get; }

    /// <summary>Text from an untrusted file made fit for a message: control characters out, at most 80 characters.</summary>
    internal static string Printable(string text)
    {
        var result = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, 80)))
        {
            result.Append(char.IsControl(c) || char.IsSurrogate(c) ? '?' : c);
        }

        return text.Length > 80 ? result.Append("...").ToString() : result.ToString();
    }

    private static string Compose(string file, string cause, string? tensor, string? cure)
    {
        var place = tensor is null ? file : $"{file}: tensor '{Printable(tensor)}'";
        return cure is null ? $"{place}: {cause}." : $"{place}: {cause}. {cure}.";
    }
}
