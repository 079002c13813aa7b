using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace EdgeStream.Streams;

/// <summary>Packs user records into one record, as the Kinesis Producer Library does.</summary>
/// <remarks>
/// Not thread-safe. All records must belong to one shard: put the result under the partition key, or hash key, of the
/// first. A key that comes again is kept once.
/// </remarks>
public sealed class RecordAggregator
{
    private const int FieldOverheadMax = 11;

    private readonly ArrayBufferWriter<byte> _records = new();
    private readonly ArrayBufferWriter<byte> _record = new();
    private readonly ArrayBufferWriter<byte> _tables = new();
    private readonly Dictionary<string, int> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<UInt128, int> _hashKeys = [];

    /// <summary>How many user records were added.</summary>
    public int Count { get; private set; }

    /// <summary>The size of the record that <see cref="ToArray"/> gives.</summary>
    public int SizeBytes => AggregationFormat.Magic.Length + _tables.WrittenCount + _records.WrittenCount
        + AggregationFormat.DigestSizeBytes;

    /// <summary>Adds a user record.</summary>
    /// <param name="partitionKey">1 to 256 characters.</param>
    /// <param name="data">The bytes, which are copied.</param>
    /// <param name="explicitHashKey">The hash key; null for the MD5 of the partition key.</param>
    public void Add(string partitionKey, ReadOnlySpan<byte> data, UInt128? explicitHashKey = null)
    {
        _record.ResetWrittenCount();
        if (!_keys.TryGetValue(partitionKey, out var key))
        {
            _keys.Add(partitionKey, key = _keys.Count);
            Write(_tables, AggregationFormat.PartitionKeysField, Encoding.UTF8.GetBytes(partitionKey));
        }

        Write(_record, AggregationFormat.PartitionKeyIndexField, key);
        if (explicitHashKey is { } number)
        {
            if (!_hashKeys.TryGetValue(number, out var hashKey))
            {
                _hashKeys.Add(number, hashKey = _hashKeys.Count);
                Write(_tables, AggregationFormat.ExplicitHashKeysField, Encoding.ASCII.GetBytes(number.ToString()));
            }

            Write(_record, AggregationFormat.ExplicitHashKeyIndexField, hashKey);
        }

        Write(_record, AggregationFormat.DataField, data);
        Write(_records, AggregationFormat.RecordsField, _record.WrittenSpan);
        Count++;
    }

    /// <summary>The record's data.</summary>
    public byte[] ToArray()
    {
        var result = new byte[SizeBytes];
        AggregationFormat.Magic.CopyTo(result);
        var message = result.AsSpan(AggregationFormat.Magic.Length);
        _tables.WrittenSpan.CopyTo(message);
        _records.WrittenSpan.CopyTo(message[_tables.WrittenCount..]);
        message = message[..^AggregationFormat.DigestSizeBytes];
        BinaryPrimitives.WriteUInt128BigEndian(
            result.AsSpan(result.Length - AggregationFormat.DigestSizeBytes), PartitionKeyHash.Of(message));
        return result;
    }

    private static void Write(ArrayBufferWriter<byte> target, int field, ReadOnlySpan<byte> value)
    {
        var room = target.GetSpan(FieldOverheadMax + value.Length);
        room[0] = (byte)((field << 3) | ProtobufCursor.BytesType);
        var at = 1 + WriteVarint(room[1..], value.Length);
        value.CopyTo(room[at..]);
        target.Advance(at + value.Length);
    }

    private static void Write(ArrayBufferWriter<byte> target, int field, int value)
    {
        var room = target.GetSpan(FieldOverheadMax);
        room[0] = (byte)((field << 3) | ProtobufCursor.VarintType);
        target.Advance(1 + WriteVarint(room[1..], value));
    }

    private static int WriteVarint(Span<byte> target, int value)
    {
        var at = 0;
        for (var rest = (uint)value; ; rest >>= 7)
        {
            target[at++] = (byte)(rest < 0x80 ? rest : rest | 0x80);
            if (rest < 0x80)
            {
                return at;
            }
        }
    }
}
