namespace EdgeStream.Mqtt;

/// <summary>A message on its way to one client.</summary>
internal record struct OutboundMessage
{
    internal required ApplicationMessage Message;

    /// <summary>The smaller of the message's and the subscription's.</summary>
    internal MqttQos Qos;

    /// <summary>The retain flag it goes out with.</summary>
    internal bool Retain;

    internal SubscriptionIds Ids;

    /// <summary>The filter of the shared subscription it came by, with its share name; null where it came by
    /// another.</summary>
    internal string? ShareFilter;

    /// <summary>Its place among the session's messages of QoS 1 and 2, and its key in the state.</summary>
    internal long Order;

    /// <summary>Zero until it is sent for the first time.</summary>
    internal ushort PacketId;

    /// <summary>What it takes of the bytes that all sessions share; zero for a replayed retained message, whose bytes
    /// are there anyway.</summary>
    internal int SharedBytes;

    /// <summary>A retained message sent because of a new subscription; it doesn't count against the bounds of the
    /// others.</summary>
    internal bool IsReplay;

    /// <summary>Of a message that has its packet identifier and waits until that is stored: the commit it waits for;
    /// else zero.</summary>
    internal long HeldUntil;

    /// <summary>PUBREC came: only PUBREL is sent from now on.</summary>
    internal bool IsReleased;

    /// <summary>Whether it was sent on the connection there is now, and so counts against its receive
    /// maximum.</summary>
    internal bool IsCounted;
}
