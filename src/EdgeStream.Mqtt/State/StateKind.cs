namespace EdgeStream.Mqtt;

/// <summary>What an entry of the state is about.</summary>
internal enum StateKind
{
    /// <summary>A topic's retained message.</summary>
    Retained,

    /// <summary>A session: expiry and subscriptions.</summary>
    Session,

    /// <summary>A message on its way to a session's client, not acknowledged yet.</summary>
    Outbound,

    /// <summary>The packet identifier of a QoS 2 message that a session's client has not released yet.</summary>
    Inbound,

    /// <summary>A session's will that waits for its delay.</summary>
    Will,

    /// <summary>The broker's time beside the wall clock's.</summary>
    Clock,
}
