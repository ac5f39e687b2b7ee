using System.Security.Cryptography;

namespace MPCache.Transport.Tests;

/// <summary>What the protection of frames lets through: what was sealed, once, in its place.</summary>
public sealed class FrameCipherTests
{
    private const int Frames = 12;

    [Fact]
    public void EveryPieceOpensInItsPlace()
    {
        using FrameCipher sealing = Cipher(1), opening = Cipher(1);
        foreach (int length in new[] { 0, 1, 15, 16, 17, 1000, Frame.PieceBytes })
        {
            byte[] payload = Pair.Bytes(length, length), header = Pair.Bytes(Frame.HeaderBytes, 7), bytes = Seal(sealing, header, payload);
            if (length > 15)
            {
                Assert.False(bytes.AsSpan(0, length).SequenceEqual(payload));
            }

            Assert.Equal(payload, Open(opening, header, bytes));
        }
    }

    [Fact]
    public void OnePieceIsNeverSealedTwiceAlike()
    {
        using FrameCipher sealing = Cipher(1);
        byte[] header = new byte[Frame.HeaderBytes], payload = new byte[32];
        HashSet<string> seen = [];
        for (int i = 0; i < FrameCipher.FramesPerKey + 1000; i++) // over a change of keys
        {
            Assert.True(seen.Add(Convert.ToHexString(Seal(sealing, header, payload))), $"frame {i}");
        }
    }

    [Fact]
    public void KeysChangeAtBothEndsAlikeAndNothingOldOpensAfter()
    {
        using FrameCipher sealing = Cipher(2), opening = Cipher(2);
        byte[] header = new byte[Frame.HeaderBytes], first = [];
        for (int i = 0; i < 3 * FrameCipher.FramesPerKey; i++)
        {
            byte[] bytes = Seal(sealing, header, [(byte)i]);
            first = i == 0 ? bytes : first;
            Assert.Equal([(byte)i], Open(opening, header, bytes));
        }

        Assert.Throws<AuthenticationTagMismatchException>(() => Open(opening, header, first));
    }

    [Fact]
    public void WhatIsRepeatedMovedDroppedOrOfAnotherDirectionDoesNotOpen()
    {
        byte[][] sent = Sealed(3);
        foreach (int at in Enumerable.Range(0, Frames - 1))
        {
            Assert.Equal(at + 1, OpenedOf([.. sent[..(at + 1)], sent[at], .. sent[(at + 1)..]]));
            Assert.Equal(at, OpenedOf([.. sent[..at], sent[at + 1], sent[at], .. sent[(at + 2)..]]));
            Assert.Equal(at, OpenedOf([.. sent[..at], .. sent[(at + 1)..]]));
            Assert.Equal(at, OpenedOf([.. sent[..at], Sealed(4)[at], .. sent[(at + 1)..]]));
        }

        Assert.Equal(Frames, OpenedOf(sent));
    }

    [Fact]
    public void AnyChangedBitIsFound()
    {
        byte[] payload = Pair.Bytes(40, 5), header = Pair.Bytes(Frame.HeaderBytes, 6), bytes;
        using (FrameCipher sealing = Cipher(5))
        {
            bytes = Seal(sealing, header, payload);
        }

        for (int bit = 0; bit < 8 * (header.Length + bytes.Length); bit++)
        {
            byte[] h = [.. header], b = [.. bytes];
            (bit / 8 < h.Length ? h : b)[bit / 8 < h.Length ? bit / 8 : (bit / 8) - h.Length] ^= (byte)(1 << (bit % 8));
            using FrameCipher opening = Cipher(5);
            Assert.Throws<AuthenticationTagMismatchException>(() => Open(opening, h, b));
        }
    }

    private static byte[][] Sealed(byte secret)
    {
        using FrameCipher sealing = Cipher(secret);
        return [.. Enumerable.Range(0, Frames).Select(i => Seal(sealing, new byte[Frame.HeaderBytes], new byte[20]))];
    }

    /// <summary>How many of these open before one does not.</summary>
    private static int OpenedOf(byte[][] frames)
    {
        using FrameCipher opening = Cipher(3);
        int done = 0;
        Exception? end = Record.Exception(() =>
        {
            foreach (byte[] bytes in frames)
            {
                Open(opening, new byte[Frame.HeaderBytes], bytes);
                done++;
            }
        });
        Assert.True(end is null or AuthenticationTagMismatchException);
        return done;
    }

    private static FrameCipher Cipher(byte secret) => new([.. Enumerable.Repeat(secret, FrameCipher.SecretBytes)]);

    private static byte[] Seal(FrameCipher cipher, byte[] header, byte[] payload)
    {
        byte[] bytes = new byte[payload.Length + FrameCipher.TagBytes];
        cipher.Seal(header, payload, bytes);
        return bytes;
    }

    private static byte[] Open(FrameCipher cipher, byte[] header, byte[] bytes)
    {
        byte[] payload = bytes[..^FrameCipher.TagBytes];
        cipher.Open(header, payload, bytes.AsSpan(payload.Length));
        return payload;
    }
}
