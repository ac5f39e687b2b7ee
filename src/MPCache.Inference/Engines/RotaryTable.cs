using MPCache.Models;

namespace MPCache.Inference;

/// <summary>
/// Rotary positions as the engines apply them: number i of a head turns with number i + dimensions/2; what lies beyond the rotated numbers
/// stays
/// (<see cref="RotaryPositions"/>). Factors are public, so rotating shares is local.
/// </summary>
internal sealed class RotaryTable
{
    private readonly int _pairs;
    private readonly long[] _cos, _sin; // positions x pairs

    /// <summary>Factors for positions below <paramref name="positions"/>.</summary>
    /// <param name="rotary">The model's.</param>
    /// <param name="local">Whether for sliding layers.</param>
    /// <param name="positions">Rows.</param>
    public RotaryTable(RotaryPositions rotary, bool local, int positions)
    {
        _pairs = rotary.Dimensions / 2;
        _cos = new long[positions * _pairs];
        _sin = new long[positions * _pairs];
        for (int p = 0; p < positions; p++)
        {
            for (int i = 0; i < _pairs; i++)
            {
                double angle = rotary.Angle(p, i, local);
                _cos[(p * _pairs) + i] = (long)Math.Round(Math.ScaleB(Math.Cos(angle), Formats.RotaryFrac));
                _sin[(p * _pairs) + i] = (long)Math.Round(Math.ScaleB(Math.Sin(angle), Formats.RotaryFrac));
            }
        }
    }

    /// <summary>A head at a position, times 2^<see cref="Formats.RotaryFrac"/>; exact.</summary>
    public void Rotate(ReadOnlySpan<ulong> from, Span<ulong> to, int position)
    {
        int at = position * _pairs;
        for (int i = 0; i < _pairs; i++)
        {
            ulong cos = (ulong)_cos[at + i], sin = (ulong)_sin[at + i];
            to[i] = (from[i] * cos) - (from[i + _pairs] * sin);
            to[i + _pairs] = (from[i + _pairs] * cos) + (from[i] * sin);
        }

        for (int i = 2 * _pairs; i < to.Length; i++)
        {
            to[i] = from[i] << Formats.RotaryFrac;
        }
    }

    /// <summary>A head at a position, in place, in single precision.</summary>
    public static void Rotate(RotaryPositions rotary, bool local, Span<float> head, int position)
    {
        int pairs = rotary.Dimensions / 2;
        for (int i = 0; i < pairs; i++)
        {
            double angle = rotary.Angle(position, i, local);
            float cos = (float)Math.Cos(angle), sin = (float)Math.Sin(angle), a = head[i], b = head[i + pairs];
            head[i] = (a * cos) - (b * sin);
            head[i + pairs] = (b * cos) + (a * sin);
        }
    }
}
