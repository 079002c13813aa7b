using System.Buffers;

namespace EdgeStream.Devices;

/// <summary>The message Payload of Sparkplug B, and the one that the gateway itself sends.</summary>
/// <remarks>Eclipse Sparkplug 3.0, section 6.4.</remarks>
internal ref struct SparkplugPayload
{
    internal const int MetricField = 2;

    private const int TimestampField = 1;
    private const int SequenceField = 3;
    private const int UuidField = 4;
    private const int UnitValueField = 8;

    internal ulong Timestamp;
    internal ulong Sequence;
    internal bool HasSequence;
    internal int Metrics;

    /// <summary>The session of a birth or death; null where the payload has none.</summary>
    internal ulong? BirthDeathSequence;

    /// <summary>Whether the payload is packed into its own body, which is not read.</summary>
    internal bool IsCompressed;

    /// <summary>Reads all but the metrics' values; on false <paramref name="at"/> is the byte where it fails.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out SparkplugPayload payload, out int at)
    {
        payload = default;
        var reader = new ProtobufReader(bytes);
        at = 0;
        while (reader.TryRead(out var field, out var value, out var content))
        {
            switch (field)
            {
                case TimestampField:
                    payload.Timestamp = value;
                    break;
                case SequenceField:
                    payload.Sequence = value;
                    payload.HasSequence = true;
                    break;
                case UuidField:
                    payload.IsCompressed |= content.SequenceEqual("SPBV1.0_COMPRESSED"u8);
                    break;
                case MetricField:
                    if (!SparkplugMetric.TryRead(content, out var metric))
                    {
                        return false;
                    }

                    payload.Metrics++;
                    if (metric.Name.SequenceEqual("bdSeq"u8) && metric.TryGetNumber(out var sequence))
                    {
                        payload.BirthDeathSequence = sequence;
                    }

                    break;
            }

            at = bytes.Length - reader.Left;
        }

        return reader.IsAtEnd;
    }

    /// <summary>The unit among a metric's properties; empty where there is none.</summary>
    internal static ReadOnlySpan<byte> UnitOf(ReadOnlySpan<byte> properties)
    {
        var keys = new ProtobufReader(properties);
        var index = -1;
        for (var at = 0; keys.TryRead(out var field, out _, out var name);)
        {
            if (field == 1)
            {
                index = name.SequenceEqual("engUnit"u8) ? at : index;
                at++;
            }
        }

        var values = new ProtobufReader(properties);
        for (var at = 0; index >= 0 && values.TryRead(out var field, out _, out var value);)
        {
            if (field == 2 && at++ == index)
            {
                var property = new ProtobufReader(value);
                while (property.TryRead(out var member, out _, out var text))
                {
                    if (member == UnitValueField && System.Text.Unicode.Utf8.IsValid(text))
                    {
                        return text;
                    }
                }
            }
        }

        return default;
    }

    /// <summary>The command that has an edge node send its births again.</summary>
    internal static byte[] RebirthRequest(ulong unixMilliseconds)
    {
        var metric = new ArrayBufferWriter<byte>();
        AddBytes(metric, field: 1, "Node Control/Rebirth"u8);
        AddNumber(metric, field: 3, unixMilliseconds);
        AddNumber(metric, field: 4, (ulong)SparkplugType.Boolean);
        AddNumber(metric, field: 14, 1);
        var payload = new ArrayBufferWriter<byte>();
        AddNumber(payload, TimestampField, unixMilliseconds);
        AddBytes(payload, MetricField, metric.WrittenSpan);
        return payload.WrittenSpan.ToArray();
    }

    private static void AddBytes(ArrayBufferWriter<byte> output, int field, ReadOnlySpan<byte> bytes)
    {
        AddVarint(output, (ulong)(field << 3 | 2));
        AddVarint(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    private static void AddNumber(ArrayBufferWriter<byte> output, int field, ulong value)
    {
        AddVarint(output, (ulong)(field << 3));
        AddVarint(output, value);
    }

    private static void AddVarint(ArrayBufferWriter<byte> output, ulong value)
    {
        while (value >= 0x80)
        {
            output.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        output.Write([(byte)value]);
    }
}
