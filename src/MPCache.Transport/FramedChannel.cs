using System.Diagnostics;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// What both planes share: a message travels in pieces of at most 256 KiB, each with a <see cref="Frame"/> that is checked before anything
/// is done with it.
/// Only the protocol's thread calls it.
/// </summary>
public abstract class FramedChannel : ILink
{
    private protected const int LongestGoodbye = 8192;

    private uint _sentNumber, _receivedNumber;
    private long _payloadSent, _payloadReceived, _messagesSent, _messagesReceived;

    /// <summary>What a peer that does not encrypt says to one that does.</summary>
    internal const string PlainRefusal = "this end does not encrypt (--insecure-transport): start both ends alike.";

    private protected FramedChannel(Role peer, string address, Hello hello, LinkKeys? keys, ChannelOptions options)
    {
        (PeerRole, Session, Shape, Partner, Keys, Options) = (peer, hello.Session, hello.Link, hello.Partner, keys, options);
        Peer = $"{peer.Word()} at {address}";
    }

    /// <inheritdoc/>
    public string Peer { get; }

    /// <inheritdoc/>
    public Role PeerRole { get; }

    /// <inheritdoc/>
    public string Session { get; }

    /// <inheritdoc/>
    public LinkSpeed? Shape { get; }

    /// <inheritdoc/>
    public string? PeerKey => Keys?.PeerKey;

    /// <inheritdoc/>
    public string? Partner { get; }

    /// <inheritdoc/>
    public ChannelTraffic Traffic => new(_payloadSent, _payloadReceived, WireSent, WireReceived, _messagesSent, _messagesReceived);

    private protected ChannelOptions Options { get; }

    /// <summary>The encryption; null where there is none (yet).</summary>
    private protected LinkKeys? Keys { get; private set; }

    /// <summary>Bytes behind each piece that authenticate it.</summary>
    private protected int TagBytes => Keys is null ? 0 : FrameCipher.TagBytes;

    private protected abstract long WireSent { get; }

    private protected abstract long WireReceived { get; }

    private protected abstract string PlaneName { get; }

    /// <summary>Number of the piece that is due for sending.</summary>
    private protected uint SentNumber => _sentNumber;

    /// <inheritdoc/>
    public void Send(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        Options.Cancel.ThrowIfCancellationRequested();
        long length = payload.Length;
        _payloadSent += length;
        _messagesSent++;
        do
        {
            int take = Math.Min(payload.Length, Frame.PieceBytes);
            SendPiece(new Frame(kind, _sentNumber++, length), payload[..take]);
            payload = payload[take..];
        }
        while (payload.Length > 0);
    }

    /// <inheritdoc/>
    public void Receive(FrameKind kind, Span<byte> payload)
    {
        int done = 0;
        do
        {
            long length = NextPiece(kind);
            if (length != payload.Length)
            {
                throw Fail($"announced a message of {length:N0} bytes where {payload.Length:N0} were expected. Both sides must run the "
                    + $"same version with the same options.");
            }

            Take(payload, ref done);
        }
        while (done < payload.Length);
        _messagesReceived++;
    }

    /// <inheritdoc/>
    public byte[] Receive(FrameKind kind, int longest)
    {
        byte[]? payload = null;
        int done = 0;
        do
        {
            long length = NextPiece(kind);
            if (length > longest || (payload is not null && length != payload.Length))
            {
                throw Fail($"announced a message of {length:N0} bytes where {longest:N0} at most were expected.");
            }

            payload ??= new byte[length];
            Take(payload, ref done);
        }
        while (done < payload.Length);
        _messagesReceived++;
        return payload;
    }

    /// <inheritdoc/>
    public abstract void Watch();

    /// <inheritdoc/>
    public abstract void Close(string? reason);

    /// <summary>Ends the link as finished.</summary>
    public void Dispose()
    {
        Close(null);
        GC.SuppressFinalize(this);
    }

    /// <summary>What every wait looks at now and then.</summary>
    private protected void LookUp()
    {
        Options.Cancel.ThrowIfCancellationRequested();
        if (_receivedNumber == 0)
        {
            Options.WhileConnecting?.Invoke();
        }
    }

    /// <summary>Sends one piece, blocking while the peer's window is full.</summary>
    private protected abstract void SendPiece(Frame frame, ReadOnlySpan<byte> payload);

    /// <summary>The header of the next piece; signs of life are passed over.</summary>
    private protected abstract Frame NextFrame(TimeSpan deadline, string what);

    /// <summary>The payload of the piece whose header was read last, of just this length.</summary>
    private protected abstract void TakePayload(Span<byte> into);

    private void Take(Span<byte> payload, ref int done)
    {
        int due = Math.Min(Frame.PieceBytes, payload.Length - done);
        TakePayload(payload.Slice(done, due));
        done += due;
        _payloadReceived += due;
    }

    /// <summary>The header of the next piece of a message of this kind, checked.</summary>
    /// <returns>Length of the whole message.</returns>
    private long NextPiece(FrameKind kind)
    {
        Options.Cancel.ThrowIfCancellationRequested(); // a busy link never waits, where it would be seen too
        bool stranger = _receivedNumber == 1 && Keys is null && Options.FirstWord < Options.Deadline;
        Frame frame = NextFrame(stranger ? Options.FirstWord : Options.Deadline, kind.ToString());
        if (frame.Kind == FrameKind.Goodbye)
        {
            throw Farewell(Reason(frame));
        }

        if (frame.Number != _receivedNumber)
        {
            throw Fail($"sent piece number {frame.Number} where {_receivedNumber} was due: a piece was lost, repeated or injected.");
        }

        if (frame.Kind != kind)
        {
            throw Fail($"sent a frame of kind {frame.Kind} where {kind} was expected.");
        }

        _receivedNumber++;
        return frame.Length;
    }

    private byte[] Reason(Frame frame)
    {
        if (frame.Length > LongestGoodbye)
        {
            throw Fail($"said a goodbye of {frame.Length:N0} bytes where {LongestGoodbye:N0} at most were expected.");
        }

        byte[] reason = new byte[frame.Length];
        TakePayload(reason);
        return reason;
    }

    private protected virtual ChannelException Farewell(ReadOnlySpan<byte> reason)
    {
        string text = Encoding.UTF8.GetString(reason);
        return text.Length == 0
            ? new ChannelException(Peer, "has finished.") { Fault = ChannelFault.Finished }
            : new ChannelException(Peer, $"gave up: {text}") { Fault = ChannelFault.GaveUp };
    }

    internal static byte[] GoodbyeFrame(string? reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason is { Length: > 2000 } ? reason[..2000] : reason ?? ""),
            bytes = new byte[Frame.HeaderBytes + text.Length];
        new Frame(FrameKind.Goodbye, 0, text.Length).Write(bytes);
        text.CopyTo(bytes, Frame.HeaderBytes);
        return bytes;
    }

    private protected ChannelException Fail(string message, Exception? inner = null) => new(Peer, message, inner);

    private protected ChannelException Vanished(Exception? inner = null) => new(
        Peer, $"has gone: the connection broke, or it showed no sign of life for {Options.Silence.TotalSeconds:F0} s.",
            inner)
    { Fault = ChannelFault.Gone };

    private protected ChannelException Late(TimeSpan deadline, string what) => new(
        Peer, $"sent no {what} within {deadline.TotalSeconds:F0} s. It may be overloaded; or raise the deadline.")
    {
        Fault = ChannelFault.Late
    };

    private protected ChannelException Tampered(Exception e) => Fail(
        "sent what does not decrypt: it was changed, repeated or injected on the way, or its handshake failed. Look at who is between the "
            + "two machines.", e);

    /// <summary>Writes a piece as it is sent.</summary>
    /// <returns>Bytes written.</returns>
    private protected int Write(Frame frame, ReadOnlySpan<byte> payload, Span<byte> to)
    {
        frame.Write(to);
        Span<byte> body = to[Frame.HeaderBytes..];
        if (Keys is null)
        {
            payload.CopyTo(body);
        }
        else
        {
            Keys.Sealing.Seal(to[..Frame.HeaderBytes], payload, body);
        }

        return Frame.HeaderBytes + payload.Length + TagBytes;
    }

    /// <summary>Decrypts a piece where it lies.</summary>
    /// <exception cref="ChannelException">It is not what the peer sent next.</exception>
    private protected void Open(LinkKeys keys, ReadOnlySpan<byte> header, Span<byte> payload, ReadOnlySpan<byte> tag)
    {
        try
        {
            keys.Opening.Open(header, payload, tag);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Tampered(e);
        }
    }

    /// <summary>Tells the peer who we are.</summary>
    private protected void Say() =>
        Send(FrameKind.Hello, JsonSerializer.SerializeToUtf8Bytes(new Hello(Hello.Name, Options.Self.ToString(), Session,
            Shape?.ToString(), Options.Partner)));

    /// <summary>The peer has said who it is, and that was checked.</summary>
    private protected void HelloTaken() => _receivedNumber = 1;

    /// <summary>What a connecting end knows of the link.</summary>
    private protected static Hello HelloOf(string session, ChannelOptions options) => new(Hello.Name, options.Self.ToString(), session,
        options.Shape?.ToString());

    /// <summary>Sends bytes of the handshake as they are.</summary>
    private protected abstract void SendRaw(ReadOnlySpan<byte> bytes);

    /// <summary>Some of what the peer sent, as it came; it stays until it is consumed.</summary>
    private protected abstract ReadOnlySpan<byte> AwaitRaw(TimeSpan deadline);

    /// <summary>Takes bytes away that <see cref="AwaitRaw"/> showed.</summary>
    private protected abstract void ConsumeRaw(int bytes);

    /// <summary>The connecting end's handshake: encrypts, tells who we are and waits until the peer has told who it is.</summary>
    private protected void Introduce(TimeSpan timeout)
    {
        Frame frame;
        long start = Stopwatch.GetTimestamp();
        try
        {
            if (Options.Keys is { } keys)
            {
                Encrypt(keys, timeout);
            }

            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            Say();
            frame = NextFrame(left > TimeSpan.Zero ? left : TimeSpan.Zero, "answer");
        }
        catch (ChannelException e) when (e.Fault == ChannelFault.Gone)
        {
            throw Fail(
                $"closed the link before it said who it is. It may speak another transport than {PlaneName}: start both ends with the "
                    + $"same --transport, and with the same version.", e);
        }
        catch (ChannelException e) when (e.Fault == ChannelFault.Late)
        {
            throw Fail($"did not answer within {timeout.TotalSeconds:F0} s. Is it running, is it free, is this its address, and does it "
                + $"use --transport {PlaneName} too?", e);
        }

        if (frame.Kind == FrameKind.Goodbye)
        {
            throw Farewell(Reason(frame));
        }

        byte[] json = new byte[frame.Kind == FrameKind.Hello && frame.Length <= Hello.Longest
            ? frame.Length
            : throw Fail("does not speak this protocol.")];
        TakePayload(json);
        Hello hello = Hello.Parse(json) ?? throw Fail("does not speak this protocol.");
        HelloTaken();
        if (hello.Protocol != Hello.Name || hello.Role != PeerRole.ToString())
        {
            throw Fail($"is a {hello.Role.ToLowerInvariant()} that speaks {hello.Protocol}; a {PeerRole.Word()} that speaks {Hello.Name} "
                + $"was expected. Check the addresses.");
        }
    }

    /// <summary>
    /// The connecting end's part of the encryption, and whether the peer is who it should be: before that it is told nothing.
    /// </summary>
    private void Encrypt(Keyring keys, TimeSpan timeout)
    {
        using var handshake = Handshake.Connecting(keys);
        try
        {
            SendRaw(handshake.Outgoing());
            for (bool first = true; handshake.Keys is null; first = false)
            {
                ReadOnlySpan<byte> bytes = AwaitRaw(timeout);
                if (first && bytes[0] is not (Handshake.HandshakeRecord or Handshake.AlertRecord))
                {
                    throw Fail(bytes[0] is (byte)FrameKind.Goodbye or (byte)FrameKind.Hello
                        ? "does not encrypt: it runs with --insecure-transport. Start both ends alike, best without."
                        : bytes[0] == 0xff
                            ? "speaks NetMQ, this end plain TCP. Start both ends with the same --transport."
                            : "does not speak this protocol.");
                }

                ConsumeRaw(handshake.Feed(bytes));
                if (handshake.Outgoing() is { Length: > 0 } answer)
                {
                    SendRaw(answer);
                }
            }
        }
        catch (AuthenticationException e)
        {
            throw Tampered(e);
        }

        Keys = handshake.Keys;
        if (keys.Find(PeerRole, PeerKey) is null)
        {
            string[] known = [.. keys.Trusted.Where(t => t.Role == PeerRole).Select(t => t.Fingerprint)];
            string self = Options.Self.Word(), role = PeerRole.Word();
            throw Fail(
                $"shows the key {PeerKey}, and this {self} (whose key is {keys.Fingerprint}) trusts "
                    + $"{(known.Length == 0 ? $"no {role} yet" : $"only {string.Join(", ", known)} as a {role}'s")}. "
                + $"Somebody may stand between you. If its operator confirms the key (mpcache keys show {role}), say: mpcache keys trust "
                    + $"{self} {role} {PeerKey}");
        }
    }
}
