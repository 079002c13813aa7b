namespace EdgeStream.Mqtt;

/// <summary>The peer broke the protocol, or asked for what can't be given: the connection ends with this
/// reason.</summary>
public sealed class MqttProtocolException : Exception
{
    internal MqttProtocolException(MqttReasonCode reason, string message)
        : base(message)
    {
        Reason = reason;
    }

    /// <summary>The specification's reason code, sent to a peer that speaks 5.0.</summary>
    public MqttReasonCode Reason { get; }

    /// <summary>The server that a server names in its place, where it does (5.0); the message has it too.</summary>
    public string? ServerReference { get; internal init; }

    /// <summary>Whether the peer told the reason, rather than being told.</summary>
    public bool IsFromPeer { get; internal init; }
}
