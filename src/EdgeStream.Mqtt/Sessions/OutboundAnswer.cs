namespace EdgeStream.Mqtt;

/// <summary>What a client's acknowledgement did to the message it is for.</summary>
internal enum OutboundAnswer
{
    /// <summary>It took its effect.</summary>
    Taken,

    /// <summary>No message of that identifier is under way.</summary>
    Unknown,

    /// <summary>The message's quality, or how far its exchange has come, asks for another packet: a protocol error
    /// (sections 4.3 and 4.13).</summary>
    OutOfTurn,
}
