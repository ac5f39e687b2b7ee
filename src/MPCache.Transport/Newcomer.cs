using System.Diagnostics;
using System.Security.Authentication;
using System.Security.Cryptography;
using MPCache.Protocols;

namespace MPCache.Transport;

/// <summary>
/// Who has connected to a listener and is not known yet. Its handshake and its hello are taken in bounded memory and time, and nothing else
/// is done for it.
/// </summary>
internal sealed class Newcomer(ChannelOptions options) : IDisposable
{
    private readonly long _came = Stopwatch.GetTimestamp();
    private readonly byte[] _words = new byte[Frame.HeaderBytes + Hello.Longest + FrameCipher.TagBytes];
    private Handshake? _handshake;
    private int _heard;
    private bool _plain;

    /// <summary>The encryption, where this end has keys and the handshake is done.</summary>
    public LinkKeys? Keys { get; private set; }

    /// <summary>What it said, checked; null until then.</summary>
    public Hello? Hello { get; private set; }

    /// <summary>Fingerprint of its key.</summary>
    public string? PeerKey => Keys?.PeerKey;

    /// <summary>It has had time enough to say who it is.</summary>
    public bool Late => Hello is null && Stopwatch.GetElapsedTime(_came) > options.Introduction;

    /// <summary>What is to be sent to it now.</summary>
    public byte[] Answer { get; private set; } = [];

    /// <summary>Takes what came.</summary>
    /// <returns>False when it is a stranger or unwelcome: <see cref="Answer"/> is the last it gets.</returns>
    public bool Take(ReadOnlySpan<byte> bytes)
    {
        Answer = [];
        if (Hello is not null || bytes.IsEmpty)
        {
            return bytes.IsEmpty; // who waits for an answer has nothing more to say
        }

        if (_heard == 0 && _handshake is null && !TakeFirst(bytes[0]))
        {
            return false;
        }

        try
        {
            if (_handshake is not null && Keys is null)
            {
                bytes = bytes[_handshake.Feed(bytes)..];
                Answer = _handshake.Outgoing();
                if (_handshake.Keys is { } keys)
                {
                    Keys = keys;
                    _handshake.Dispose();
                }
            }

            return Append(bytes) && Parse();
        }
        catch (Exception e) when (e is AuthenticationException or AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Tells it why it has to go.</summary>
    public byte[] Refuse(string reason)
    {
        byte[] goodbye = FramedChannel.GoodbyeFrame(reason);
        return Keys is not null ? Keys.Seal(goodbye) : _handshake is null || _plain ? goodbye : [];
    }

    /// <summary>Forgets one that is sent away; of one that is accepted, the keys are the link's.</summary>
    public void Dispose()
    {
        _handshake?.Dispose();
        Keys?.Dispose();
    }

    /// <summary>The first byte tells whether the peer encrypts; both ends must want the same.</summary>
    private bool TakeFirst(byte first)
    {
        if (options.Keys is not { } keys)
        {
            if (first == Handshake.HandshakeRecord)
            {
                Answer = Refuse(FramedChannel.PlainRefusal);
            }

            return first == (byte)FrameKind.Hello;
        }

        if (first == (byte)FrameKind.Hello)
        {
            _plain = true;
            Answer = Refuse($"this {options.Self.Word()} takes encrypted links alone: leave --insecure-transport out, and make keys "
                + $"(mpcache keys --help).");
            return false;
        }

        if (first != Handshake.HandshakeRecord)
        {
            return false;
        }

        _handshake = Handshake.Accepting(keys);
        return true;
    }

    private bool Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _words.Length - _heard)
        {
            return false;
        }

        bytes.CopyTo(_words.AsSpan(_heard));
        _heard += bytes.Length;
        return true;
    }

    /// <summary>Reads the hello, once it is there.</summary>
    private bool Parse()
    {
        Span<byte> words = _words.AsSpan(0, _heard);
        if (words.Length < Frame.HeaderBytes)
        {
            return words.IsEmpty || words[0] == (byte)FrameKind.Hello;
        }

        if (!Frame.TryRead(words[..Frame.HeaderBytes], out Frame frame) || frame is not
            {
                Kind: FrameKind.Hello, Number: 0,
                Length: <= Hello.Longest
            })
        {
            return false;
        }

        int length = (int)frame.Length, whole = Frame.HeaderBytes + length + (Keys is null ? 0 : FrameCipher.TagBytes);
        if (words.Length < whole)
        {
            return true;
        }

        Span<byte> said = words.Slice(Frame.HeaderBytes, length);
        Keys?.Opening.Open(words[..Frame.HeaderBytes], said, words[(Frame.HeaderBytes + length)..whole]);
        Hello? hello = words.Length == whole ? Hello.Parse(said) : null;
        if (hello is null || (hello.Refusal ?? Distrust(hello)) is { } refusal && Answered(refusal))
        {
            return false;
        }

        Hello = hello;
        return true;
    }

    private bool Answered(string refusal)
    {
        Answer = [.. Answer, .. Refuse(refusal)];
        return true;
    }

    /// <summary>Why its key is not believed; null where it is.</summary>
    private string? Distrust(Hello hello)
    {
        if (options.Keys is not { } keys || (Enum.TryParse(hello.Role, out Role role) && keys.Find(role, PeerKey) is not null))
        {
            return null;
        }

        string self = options.Self.Word(), other = hello.Role.ToLowerInvariant();
        options.Notice?.Invoke($"refused a {(role == default && other != Role.Client.Word() ? "peer" : other)} whose key "
            + $"{PeerKey ?? "(none)"} is not trusted. "
            + $"If it is welcome: mpcache keys trust {self} {role.Word()} {PeerKey}");
        return PeerKey is null
            ? $"you show no key; this {self}'s is {keys.Fingerprint}."
            : $"this {self} (its key is {keys.Fingerprint}) does not trust your key {PeerKey} as a {other}'s. Its operator mends it: "
                + $"mpcache keys trust {self} {other} {PeerKey}";
    }
}
