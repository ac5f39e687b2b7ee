using System.Buffers;
using MPCache.Models.Storage;

namespace MPCache.Models;

/// <summary>How a stored tensor becomes one role's tensor.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Transposed">Stored as input x output (Hugging Face's Conv1D).</param>
/// <param name="First">Its first row within a fused tensor; 0 where it is stored by itself.</param>
/// <param name="Of">Rows of the fused tensor; 0 where it is stored by itself.</param>
/// <param name="Interleaved">Rows of each head are in GGUF's rotary order, pairs (2i, 2i+1).</param>
/// <param name="LessOne">Stored less one (norms 1 + w).</param>
internal readonly record struct TensorPlace(
    string Name, bool Transposed = false, int First = 0, int Of = 0, bool Interleaved = false, bool LessOne = false);
