using System.Buffers.Binary;

namespace EdgeStream.Mqtt.Tests;

/// <summary>The properties of a CONNACK of 5.0 by their identifiers, byte for byte without those.</summary>
internal static class ConnackProperties
{
    internal const int ReceiveMaximum = 0x21;
    internal const int TopicAliasMaximum = 0x22;
    internal const int AuthenticationMethod = 0x15;

    internal static Dictionary<int, byte[]> Read(ReadOnlySpan<byte> properties)
    {
        var found = new Dictionary<int, byte[]>();
        while (!properties.IsEmpty)
        {
            int id = properties[0];
            int length = id switch
            {
                0x11 or 0x27 => 4,
                ReceiveMaximum or TopicAliasMaximum or 0x13 => 2,
                0x24 or 0x25 or 0x28 or 0x29 or 0x2A => 1,
                0x12 or AuthenticationMethod or 0x16 or 0x1A or 0x1C or 0x1F => 2 + Text(properties[1..]),
                _ => throw new InvalidDataException($"CONNACK has a property 0x{id:X2}."),
            };
            found.Add(id, properties.Slice(1, length).ToArray());
            properties = properties[(1 + length)..];
        }

        return found;
    }

    internal static int Number(this Dictionary<int, byte[]> properties, int id) =>
        BinaryPrimitives.ReadUInt16BigEndian(properties[id]);

    private static int Text(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
