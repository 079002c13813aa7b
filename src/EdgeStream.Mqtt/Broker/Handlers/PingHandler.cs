namespace EdgeStream.Mqtt;

/// <summary>PINGREQ: answered with PINGRESP [MQTT-3.12.4-1].</summary>
internal static class PingHandler
{
    internal static void Handle(ServerConnection connection, byte flags, ReadOnlySpan<byte> body)
    {
        PingPacket.Check(PacketType.Pingreq, flags, body);
        using PacketSender.Scope scope = connection.Sender.Begin();
        if (scope.Output is { } output)
        {
            PingPacket.Write(output, PacketType.Pingresp);
        }
    }
}
