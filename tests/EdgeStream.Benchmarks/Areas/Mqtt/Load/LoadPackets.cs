using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>The bytes of the few packets that the load generator sends.</summary>
internal static class LoadPackets
{
    /// <summary>First byte, without flags, of packets that come.</summary>
    public const byte Puback = 0x40;

    /// <summary>A message for a subscriber.</summary>
    public const byte Publish = 0x30;

    /// <summary>The answer to <see cref="Pingreq"/>, which says that everything before it was read.</summary>
    public const byte Pingresp = 0xD0;

    /// <summary>The answer to SUBSCRIBE.</summary>
    public const byte Suback = 0x90;

    /// <summary>The size of each payload.</summary>
    public const int PayloadSizeBytes = 100;

    private const string PayloadBeginning = """{"temperature":21.5,"humidity":48.25,"text":" """;

    /// <summary>The digits of a message's number, which begins the text.</summary>
    private const int NumberDigits = 8;

    private static readonly int NumberOffset = PayloadBeginning.Length - 1;

    /// <summary>PINGREQ.</summary>
    public static ReadOnlySpan<byte> Pingreq => [0xC0, 0];

    /// <summary>A PUBLISH of 100 bytes of JSON; the identifier of QoS 1 and the number are put in later.</summary>
    public static byte[] PublishTo(string topic, int qos)
    {
        var name = Encoding.ASCII.GetBytes(topic);
        var text = PayloadBeginning.TrimEnd().PadRight(PayloadSizeBytes - 2, '0');
        var payload = Encoding.ASCII.GetBytes(text + "\"}");
        var length = 2 + name.Length + (qos > 0 ? 2 : 0) + payload.Length;
        byte[] lengthBytes = length < 0x80 ? [(byte)length] : [(byte)(length | 0x80), (byte)(length >> 7)];
        byte[] identifier = qos > 0 ? [0, 0] : [];
        return [(byte)(Publish | (qos << 1)), .. lengthBytes, 0, (byte)name.Length, .. name, .. identifier, .. payload];
    }

    /// <summary>Puts the packet identifier into a QoS 1 PUBLISH.</summary>
    public static void SetIdentifier(Span<byte> publish, ushort identifier) =>
        BinaryPrimitives.WriteUInt16BigEndian(publish[^(PayloadSizeBytes + 2)..], identifier);

    /// <summary>Puts a message's number into its payload.</summary>
    public static void SetNumber(Span<byte> publish, long number) => number.TryFormat(
        publish[^(PayloadSizeBytes - NumberOffset)..], out _, "D8", CultureInfo.InvariantCulture);

    /// <summary>The number of a message that came.</summary>
    public static int NumberOf(ReadOnlySpan<byte> body) => int.Parse(
        body.Slice(body.Length - PayloadSizeBytes + NumberOffset, NumberDigits), CultureInfo.InvariantCulture);

    /// <summary>SUBSCRIBE to one filter with QoS 0.</summary>
    public static byte[] Subscribe(string filter)
    {
        var name = Encoding.ASCII.GetBytes(filter);
        return [0x82, (byte)(5 + name.Length), 0, 1, 0, (byte)name.Length, .. name, 0];
    }
}
