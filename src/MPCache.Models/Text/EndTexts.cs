namespace MPCache.Models.Text;

/// <summary>Tokens that end a text or a turn by what they are called, whatever a file names as its one end token: llama.cpp stops at them,
/// too.</summary>
internal static class EndTexts
{
    public static bool Are(string token) => token is "<|endoftext|>" or "<|end_of_text|>" or "<|im_end|>" or "<|eot_id|>" or "<|eom_id|>"
        or "<|end|>" or "<end_of_turn>" or "<EOT>";
}
