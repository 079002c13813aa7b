using System.Diagnostics.CodeAnalysis;

namespace EdgeStream.Mqtt;

/// <summary>The one way by which a packet is rejected. The connection's loop catches, answers with the reason and
/// closes.</summary>
internal static class Reject
{
    [DoesNotReturn]
    internal static void Malformed(string what) =>
        throw new MqttProtocolException(MqttReasonCode.MalformedPacket, what);

    [DoesNotReturn]
    internal static void ProtocolError(string what) =>
        throw new MqttProtocolException(MqttReasonCode.ProtocolError, what);

    [DoesNotReturn]
    internal static void With(MqttReasonCode reason, string what) => throw new MqttProtocolException(reason, what);
}
