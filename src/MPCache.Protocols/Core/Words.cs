using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MPCache.Protocols;

/// <summary>
/// A run of 64-bit words in an <see cref="Arena"/>. What they mean depends on who holds them: a share at the parties, the mask itself
/// at the dealer, nothing (a shape only) at the cost engine and for the dealer's online values.
/// </summary>
public readonly unsafe struct Words
{
    private readonly nint _pointer;

    internal Words(nint pointer, int length)
    {
        _pointer = pointer;
        Length = length;
    }

    /// <summary>Where they lie; 0 for a shape.</summary>
    internal nint Address => _pointer;

    /// <summary>Number of words.</summary>
    public int Length { get; }

    /// <summary>False for a shape without contents.</summary>
    public bool HasValues => _pointer != 0;

    /// <summary>The contents.</summary>
    /// <exception cref="InvalidOperationException">This is a shape only: the role that runs has no such value.</exception>
    public Span<ulong> Span
    {
        get
        {
            if (_pointer == 0 && Length > 0)
            {
                throw new InvalidOperationException("These words are a shape only: this role does not hold their values.");
            }

            return new Span<ulong>((void*)_pointer, Length);
        }
    }

    /// <summary>The same memory as bytes, 8 a word.</summary>
    public Span<byte> Bytes => MemoryMarshal.AsBytes(Span);

    /// <summary>Words <paramref name="start"/> to <paramref name="start"/> + <paramref name="length"/>.</summary>
    public Words Slice(int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, Length, nameof(length));
        return new Words(_pointer == 0 ? 0 : _pointer + ((nint)start * sizeof(ulong)), length);
    }

    /// <summary>A shape without contents.</summary>
    public static Words Shape(int length) => new(0, length);

    /// <summary>Words that hold <paramref name="bits"/> packed bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ForBits(long bits) => checked((int)((bits + 63) / 64));
}
