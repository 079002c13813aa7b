using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Records that are transformed together, copied out of the log, and what became of them.</summary>
/// <remarks>Not thread-safe. Holds at most 500 records, and less than 1 MiB beyond its last one.</remarks>
internal sealed class RecordChunk
{
    /// <summary>Records of one question.</summary>
    public const int RecordsMax = 500;

    private const int BytesMax = 1 << 20;

    private readonly List<Entry> _entries = [];
    private byte[] _bytes = [];
    private int _used;

    /// <summary>How many records there are.</summary>
    public int Count => _entries.Count;

    /// <summary>Whether no more is to be added.</summary>
    public bool IsFull => _entries.Count >= RecordsMax || _used >= BytesMax;

    /// <summary>Copies a record.</summary>
    /// <param name="record">The record as it stands in the log.</param>
    /// <param name="data">Its data as it is to be transformed.</param>
    public void Add(in StreamRecord record, ReadOnlySpan<byte> data)
    {
        var key = Copy(record.PartitionKey);
        _entries.Add(new Entry(
            record.Sequence, record.SubSequence, record.ArrivalTime, record.EventTime, key, Copy(data)));
    }

    /// <summary>A record as it was added.</summary>
    public StreamRecord this[int index]
    {
        get
        {
            var entry = _entries[index];
            return new StreamRecord
            {
                Sequence = entry.Sequence,
                SubSequence = entry.SubSequence,
                ArrivalTime = entry.ArrivalTime,
                EventTime = entry.EventTime,
                PartitionKey = _bytes.AsSpan(entry.Key),
                Data = _bytes.AsSpan(entry.Data),
            };
        }
    }

    /// <summary>A chunk of some of the records.</summary>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many there are.</param>
    public RecordChunk Part(int start, int count)
    {
        var part = new RecordChunk();
        for (var index = start; index < start + count; index++)
        {
            var record = this[index];
            part.Add(record, record.Data);
        }

        return part;
    }

    /// <summary>Forgets all records; the buffer stays.</summary>
    public void Clear()
    {
        _entries.Clear();
        _used = 0;
    }

    private Range Copy(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _used < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + bytes.Length));
        }

        bytes.CopyTo(_bytes.AsSpan(_used));
        _used += bytes.Length;
        return (_used - bytes.Length).._used;
    }

    private readonly record struct Entry(
        SequenceNumber Sequence, int? SubSequence, Timestamp ArrivalTime, Timestamp EventTime, Range Key, Range Data);
}
