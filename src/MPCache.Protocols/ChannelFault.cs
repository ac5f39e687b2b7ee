namespace MPCache.Protocols;

/// <summary>Kinds of failures of a link.</summary>
public enum ChannelFault
{
    /// <summary>The peer sent what it should not have, or is not who it should be.</summary>
    Broken,

    /// <summary>The connection ended, or the peer shows no sign of life.</summary>
    Gone,

    /// <summary>The peer lives and did not send what was due in time.</summary>
    Late,

    /// <summary>The peer ended the link and said why.</summary>
    GaveUp,

    /// <summary>The peer ended the link: all is done.</summary>
    Finished,
}
