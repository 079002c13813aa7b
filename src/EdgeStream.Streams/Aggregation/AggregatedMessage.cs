using System.Buffers.Binary;
using System.Globalization;

namespace EdgeStream.Streams;

/// <summary>The user records of one aggregated record.</summary>
/// <remarks>
/// Not thread-safe; used for one record after the other. A record that is none costs the comparison of four bytes; one
/// that is copies its message into a buffer that is used again.
/// </remarks>
internal sealed class AggregatedMessage
{
    private const int KeptSizeBytesMax = 2 << 20;

    private byte[] _message = [];
    private int _length;
    private (int Start, int Length)[] _keys = [];
    private int _keyCount;
    private (int Start, int Length)[] _hashKeys = [];
    private int _hashKeyCount;
    private int _next;

    /// <summary>User records that were not given yet.</summary>
    internal int Left { get; private set; }

    /// <summary>User records that were given.</summary>
    internal int Given { get; private set; }

    /// <summary>Takes a record's data if it is an aggregated record, checked as a whole.</summary>
    /// <remarks>
    /// One that names a key that is not there, or stands for more than the bounds, is taken for a plain record, as one
    /// with a wrong checksum is: nothing of it is lost.
    /// </remarks>
    /// <param name="data">The record's bytes.</param>
    /// <param name="start">The lowest hash key of its shard.</param>
    /// <param name="end">The highest.</param>
    /// <param name="isMisplaced">
    /// Whether a user record's hash key lies outside of the shard: then it has none to give. Its producer has put it
    /// while the shard was split or merged, and puts it again.
    /// </param>
    internal bool TryOpen(ReadOnlySpan<byte> data, UInt128 start, UInt128 end, out bool isMisplaced)
    {
        isMisplaced = false;
        return data.StartsWith(AggregationFormat.Magic) && TryOpenMessage(data, start, end, out isMisplaced);
    }

    /// <summary>Gives the next user record; its bytes are valid until another record is taken.</summary>
    internal bool TryNext(out ReadOnlySpan<byte> partitionKey, out ReadOnlySpan<byte> data)
    {
        partitionKey = default;
        data = default;
        if (Left == 0)
        {
            return false;
        }

        var cursor = new ProtobufCursor(_message.AsSpan(_next, _length - _next));
        while (cursor.Read())
        {
            if (cursor.Is(AggregationFormat.RecordsField, ProtobufCursor.BytesType))
            {
                TryRead(cursor.Bytes, out var record);
                partitionKey = KeyAt(_keys, (int)record.KeyIndex);
                data = record.Data;
                _next = _length - cursor.RestSizeBytes;
                Left--;
                Given++;
                return true;
            }
        }

        throw new InvalidOperationException("An aggregated record has fewer user records than were counted.");
    }

    private bool TryOpenMessage(ReadOnlySpan<byte> data, UInt128 start, UInt128 end, out bool isMisplaced)
    {
        isMisplaced = false;
        Left = 0;
        Given = 0;
        _next = 0;
        var length = data.Length - AggregationFormat.Magic.Length - AggregationFormat.DigestSizeBytes;
        if (length <= 0)
        {
            return false;
        }

        var message = data.Slice(AggregationFormat.Magic.Length, length);
        var digest = BinaryPrimitives.ReadUInt128BigEndian(data[^AggregationFormat.DigestSizeBytes..]);
        if (PartitionKeyHash.Of(message) != digest)
        {
            return false;
        }

        Keep(message);
        if (!TryReadTables() || !TryCheckRecords(start, end, out var count, out isMisplaced))
        {
            return false;
        }

        Left = isMisplaced ? 0 : count;
        return true;
    }

    private void Keep(ReadOnlySpan<byte> message)
    {
        if (_message.Length < message.Length || (_message.Length > KeptSizeBytesMax && message.Length < 1024))
        {
            _message = new byte[Math.Max(message.Length, 4096)];
        }

        message.CopyTo(_message);
        _length = message.Length;
    }

    private bool TryReadTables()
    {
        _keyCount = 0;
        _hashKeyCount = 0;
        var cursor = new ProtobufCursor(_message.AsSpan(0, _length));
        while (cursor.Read())
        {
            var at = _length - cursor.RestSizeBytes - cursor.Bytes.Length;
            if (cursor.Is(AggregationFormat.PartitionKeysField, ProtobufCursor.BytesType))
            {
                if (cursor.Bytes.Length > AggregationFormat.KeySizeBytesMax
                    || !TryAdd(ref _keys, ref _keyCount, (at, cursor.Bytes.Length)))
                {
                    return false;
                }
            }
            else if (cursor.Is(AggregationFormat.ExplicitHashKeysField, ProtobufCursor.BytesType)
                && !TryAdd(ref _hashKeys, ref _hashKeyCount, (at, cursor.Bytes.Length)))
            {
                return false;
            }
        }

        return !cursor.IsBroken;
    }

    /// <summary>Reads every user record once: afterwards none of them can be malformed.</summary>
    private bool TryCheckRecords(UInt128 start, UInt128 end, out int count, out bool isMisplaced)
    {
        count = 0;
        isMisplaced = false;
        long userBytes = 0;
        var isAll = start == UInt128.MinValue && end == UInt128.MaxValue;
        var cursor = new ProtobufCursor(_message.AsSpan(0, _length));
        while (cursor.Read())
        {
            if (!cursor.Is(AggregationFormat.RecordsField, ProtobufCursor.BytesType))
            {
                continue;
            }

            if (!TryRead(cursor.Bytes, out var record)
                || record.KeyIndex >= (ulong)_keyCount
                || (record.HasHashKey && record.HashKeyIndex >= (ulong)_hashKeyCount)
                || !TryHashKeyOf(record, isAll, out var hashKey))
            {
                return false;
            }

            userBytes += KeyAt(_keys, (int)record.KeyIndex).Length + record.Data.Length;
            if (userBytes > AggregationFormat.UserBytesMax)
            {
                return false;
            }

            isMisplaced |= hashKey < start || hashKey > end;
            count++;
        }

        return true;
    }

    /// <summary>The hash key that decides on the shard; not computed where every one is right.</summary>
    private bool TryHashKeyOf(in UserRecord record, bool isAll, out UInt128 hashKey)
    {
        hashKey = 0;
        if (record.HasHashKey)
        {
            return UInt128.TryParse(
                KeyAt(_hashKeys, (int)record.HashKeyIndex), NumberStyles.None, CultureInfo.InvariantCulture,
                out hashKey);
        }

        hashKey = isAll ? 0 : PartitionKeyHash.Of(KeyAt(_keys, (int)record.KeyIndex));
        return true;
    }

    private ReadOnlySpan<byte> KeyAt((int Start, int Length)[] table, int index) =>
        _message.AsSpan(table[index].Start, table[index].Length);

    private static bool TryRead(ReadOnlySpan<byte> message, out UserRecord record)
    {
        record = default;
        var hasKey = false;
        var hasData = false;
        var cursor = new ProtobufCursor(message);
        while (cursor.Read())
        {
            if (cursor.Is(AggregationFormat.PartitionKeyIndexField, ProtobufCursor.VarintType))
            {
                record.KeyIndex = cursor.Number;
                hasKey = true;
            }
            else if (cursor.Is(AggregationFormat.ExplicitHashKeyIndexField, ProtobufCursor.VarintType))
            {
                record.HashKeyIndex = cursor.Number;
                record.HasHashKey = true;
            }
            else if (cursor.Is(AggregationFormat.DataField, ProtobufCursor.BytesType))
            {
                record.Data = cursor.Bytes;
                hasData = true;
            }
            else if (cursor.Is(AggregationFormat.TagsField, ProtobufCursor.BytesType) && !IsTag(cursor.Bytes))
            {
                return false;
            }
        }

        return hasKey && hasData && !cursor.IsBroken;
    }

    private static bool IsTag(ReadOnlySpan<byte> message)
    {
        var hasKey = false;
        var cursor = new ProtobufCursor(message);
        while (cursor.Read())
        {
            hasKey |= cursor.Is(AggregationFormat.TagKeyField, ProtobufCursor.BytesType);
        }

        return hasKey && !cursor.IsBroken;
    }

    private static bool TryAdd(ref (int, int)[] table, ref int count, (int, int) entry)
    {
        if (count == AggregationFormat.KeysMax)
        {
            return false;
        }

        if (count == table.Length)
        {
            Array.Resize(ref table, Math.Max(16, 2 * count));
        }

        table[count++] = entry;
        return true;
    }

    private ref struct UserRecord
    {
        public ulong KeyIndex;
        public ulong HashKeyIndex;
        public bool HasHashKey;
        public ReadOnlySpan<byte> Data;
    }
}
