namespace MPCache.Protocols;

/// <summary>Bytes and messages that have crossed a link: payload, and everything handed to the transport (headers, heartbeats).</summary>
public readonly record struct ChannelTraffic(long PayloadSent, long PayloadReceived, long WireSent, long WireReceived, long MessagesSent,
    long MessagesReceived);
