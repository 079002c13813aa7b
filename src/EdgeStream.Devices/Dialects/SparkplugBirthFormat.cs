using System.Buffers;
using System.Buffers.Binary;

namespace EdgeStream.Devices;

/// <summary>How a birth is kept in the gateway's state. Frozen; see the README.</summary>
/// <remarks>
/// Little-endian. 0: version, 1 byte, 1. 1: bdSeq, 8 bytes, all ones where there is none. 9: number of metrics, 4
/// bytes. 13: the metrics, each: alias (8 bytes, all ones where there is none), data type (4), length of the name (2),
/// length of the unit (2), the name and the unit in UTF-8. Nothing follows.
/// </remarks>
internal static class SparkplugBirthFormat
{
    private const byte Version = 1;
    private const int HeaderSizeBytes = 13;
    private const int MetricSizeBytes = 16;
    private const ulong None = ulong.MaxValue;

    /// <summary>Writes a birth.</summary>
    internal static byte[] Write(SparkplugBirth birth, ulong? birthDeathSequence)
    {
        var output = new ArrayBufferWriter<byte>();
        var header = output.GetSpan(HeaderSizeBytes);
        header[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(header[1..], birthDeathSequence ?? None);
        BinaryPrimitives.WriteInt32LittleEndian(header[9..], birth.Metrics.Count);
        output.Advance(HeaderSizeBytes);
        foreach (var metric in birth.Metrics)
        {
            var fields = output.GetSpan(MetricSizeBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(fields, metric.Alias ?? None);
            BinaryPrimitives.WriteInt32LittleEndian(fields[8..], (int)metric.Type);
            BinaryPrimitives.WriteUInt16LittleEndian(fields[12..], (ushort)metric.Name.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(fields[14..], (ushort)metric.Unit.Length);
            output.Advance(MetricSizeBytes);
            output.Write(metric.Name);
            output.Write(metric.Unit);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a birth; false when the bytes are none.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> bytes, out SparkplugBirth? birth, out ulong? birthDeathSequence)
    {
        birth = null;
        birthDeathSequence = null;
        if (bytes.Length < HeaderSizeBytes || bytes[0] != Version)
        {
            return false;
        }

        var sequence = BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]);
        birthDeathSequence = sequence == None ? null : sequence;
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[9..]);
        var metrics = new List<SparkplugKnown>();
        var rest = bytes[HeaderSizeBytes..];
        for (; count > 0 && TryReadMetric(ref rest, out var metric); count--)
        {
            metrics.Add(metric!);
        }

        birth = new SparkplugBirth(metrics);
        return count == 0 && rest.IsEmpty;
    }

    private static bool TryReadMetric(ref ReadOnlySpan<byte> rest, out SparkplugKnown? metric)
    {
        metric = null;
        if (rest.Length < MetricSizeBytes)
        {
            return false;
        }

        var alias = BinaryPrimitives.ReadUInt64LittleEndian(rest);
        var type = (SparkplugType)BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[12..]);
        int unitLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[14..]);
        if (rest.Length < MetricSizeBytes + nameLength + unitLength)
        {
            return false;
        }

        var texts = rest[MetricSizeBytes..];
        metric = new SparkplugKnown(
            alias == None ? null : alias,
            texts[..nameLength].ToArray(),
            type,
            texts.Slice(nameLength, unitLength).ToArray());
        rest = texts[(nameLength + unitLength)..];
        return true;
    }
}
