using EdgeStream.Sql;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Analytics;

/// <summary>A record that waits for its turn, with bytes of its own.</summary>
internal sealed class PendingRecord
{
    private readonly ByteBuffer _bytes = new();
    private int _keyLength;
    private long _sequence;
    private int? _within;
    private long _arrivalTime;
    private long _eventTime;

    public ShardInput Source { get; private set; } = null!;

    public long Rowtime { get; private set; }

    public int SizeBytes => _bytes.Length + 160;

    /// <summary>What decides over the order of rows.</summary>
    public (long Rowtime, long Order, long Sequence, int Within) Key =>
        (Rowtime, Source.Order, _sequence, _within ?? 0);

    public StreamRecord Record => new()
    {
        Sequence = new SequenceNumber(_sequence),
        SubSequence = _within,
        ArrivalTime = new Timestamp(_arrivalTime),
        EventTime = new Timestamp(_eventTime),
        PartitionKey = _bytes.Written[.._keyLength],
        Data = _bytes.Written[_keyLength..],
    };

    public void Set(scoped in StreamRecord record, ShardInput source, long rowtime)
    {
        _bytes.Clear();
        _bytes.Append(record.PartitionKey);
        _bytes.Append(record.Data);
        _keyLength = record.PartitionKey.Length;
        _sequence = record.Sequence.Value;
        _within = record.SubSequence;
        _arrivalTime = record.ArrivalTime.UnixMicroseconds;
        _eventTime = record.EventTime.UnixMicroseconds;
        Source = source;
        Rowtime = rowtime;
    }

    public void Save(ByteBuffer output)
    {
        output.AppendInt64(Rowtime);
        output.AppendInt64(_sequence);
        output.AppendInt32(_within ?? -1);
        output.AppendInt64(_arrivalTime);
        output.AppendInt64(_eventTime);
        output.AppendInt32(_keyLength);
        output.AppendInt32(_bytes.Length);
        output.Append(_bytes.Written);
    }

    public void Load(ref StateReader reader, ShardInput source)
    {
        Source = source;
        Rowtime = reader.ReadInt64();
        _sequence = reader.ReadInt64();
        var within = reader.ReadInt32();
        _within = within < 0 ? null : within;
        _arrivalTime = reader.ReadInt64();
        _eventTime = reader.ReadInt64();
        _keyLength = reader.ReadInt32();
        _bytes.Clear();
        _bytes.Append(reader.ReadBytes(reader.ReadInt32()));
        _keyLength = Math.Clamp(_keyLength, 0, _bytes.Length);
    }
}
