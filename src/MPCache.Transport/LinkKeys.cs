namespace MPCache.Transport;

/// <summary>What a handshake leaves to a link: who the peer is, and the two directions' protection.</summary>
/// <param name="peerKey">Fingerprint of the key that the peer proved to hold; null where it showed none.</param>
/// <param name="sealing">What we send.</param>
/// <param name="opening">What the peer sends.</param>
internal sealed class LinkKeys(string? peerKey, FrameCipher sealing, FrameCipher opening) : IDisposable
{
    public string? PeerKey => peerKey;

    public FrameCipher Sealing => sealing;

    public FrameCipher Opening => opening;

    /// <summary>A frame of one piece, as it is sent.</summary>
    public byte[] Seal(ReadOnlySpan<byte> frame)
    {
        byte[] all = new byte[frame.Length + FrameCipher.TagBytes];
        ReadOnlySpan<byte> header = frame[..Frame.HeaderBytes];
        header.CopyTo(all);
        sealing.Seal(header, frame[Frame.HeaderBytes..], all.AsSpan(Frame.HeaderBytes));
        return all;
    }

    public void Dispose()
    {
        sealing.Dispose();
        opening.Dispose();
    }
}
