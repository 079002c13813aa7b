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
}
