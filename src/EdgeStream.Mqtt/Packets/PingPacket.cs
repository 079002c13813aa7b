using System.Buffers;

namespace EdgeStream.Mqtt;

/// <summary>PINGREQ and PINGRESP (MQTT 5.0 sections 3.12 and 3.13): two bytes.</summary>
internal static class PingPacket
{
    internal static void Check(PacketType type, byte flags, ReadOnlySpan<byte> body)
    {
        if (flags != 0 || !body.IsEmpty)
        {
            Reject.Malformed($"{type} has header flags set or a body.");
        }
    }

    internal static void Write(IBufferWriter<byte> output, PacketType type)
    {
        Span<byte> target = output.GetSpan(2);
        target[0] = (byte)((int)type << 4);
        target[1] = 0;
        output.Advance(2);
    }
}
