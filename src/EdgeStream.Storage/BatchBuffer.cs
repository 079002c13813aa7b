using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// Entries that were appended and not yet written: one contiguous piece of the log's future.
/// </summary>
/// <remarks>Guarded by its queue's gate while it is filled; owned by the committer from then on.</remarks>
internal sealed class BatchBuffer
{
    private const int InitialSizeBytes = 4 << 10;
    private const int KeptSizeBytesMax = 2 << 20;

    private readonly List<IndexPoint> _points = [];
    private byte[] _bytes = new byte[InitialSizeBytes];
    private int _length = EntryFormat.ChecksumSizeBytes;
    private int _baseStart;
    private BaseEntry _base;
    private uint _baseChecksum;
    private ulong _salt;

    internal bool IsEmpty => _length == EntryFormat.ChecksumSizeBytes;

    internal int SizeBytes => _length - EntryFormat.ChecksumSizeBytes;

    /// <summary>Where in the segment the first entry goes.</summary>
    internal int SegmentOffset { get; private set; }

    internal SequenceNumber First { get; private set; }

    internal SequenceNumber Last { get; private set; }

    /// <summary>The checksum of the last entry: what the next buffer's chain starts from.</summary>
    internal uint LastChecksum => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_length - sizeof(uint)));

    /// <summary>The entries' bytes.</summary>
    internal ReadOnlySpan<byte> Entries => _bytes.AsSpan(EntryFormat.ChecksumSizeBytes, SizeBytes);

    /// <summary>The base entries, with their offsets in the segment.</summary>
    internal IReadOnlyList<IndexPoint> Points => _points;

    /// <summary>Whether the next record needs a base entry before it.</summary>
    internal bool NeedsBase => IsEmpty || _length - _baseStart >= SegmentIndex.PointDistanceBytes;

    /// <summary>Empties the buffer and says where its entries will stand and what they follow.</summary>
    /// <remarks>A buffer that one large record has made large does not stay so.</remarks>
    internal void Reset(ulong salt, int segmentOffset, uint predecessorChecksum)
    {
        if (_bytes.Length > KeptSizeBytesMax)
        {
            _bytes = new byte[InitialSizeBytes];
        }

        _salt = salt;
        _points.Clear();
        _length = EntryFormat.ChecksumSizeBytes;
        SegmentOffset = segmentOffset;
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes, predecessorChecksum);
    }

    /// <summary>Adds a base entry.</summary>
    internal void AddBase(in BaseEntry entry)
    {
        EnsureRoom(BaseEntry.EntrySizeBytes);
        if (IsEmpty)
        {
            First = entry.Sequence;
        }

        var offset = SegmentOffset + SizeBytes;
        _points.Add(new IndexPoint(entry.Sequence, entry.WallTime, offset));
        _base = entry;
        _baseStart = _length;
        var body = _length + 1;
        _bytes[_length] = BaseEntry.BodySizeBytes;
        entry.WriteBody(_bytes.AsSpan(body));
        _length = EntryFormat.Seal(_bytes, _length, body + BaseEntry.BodySizeBytes, _salt);
        _baseChecksum = LastChecksum;
    }

    /// <summary>Adds a record of the current base entry's frame.</summary>
    /// <param name="sequence">The record's sequence number.</param>
    /// <param name="monotonicMicroseconds">Now, on the clock of <see cref="BaseEntry.MonotonicMicroseconds"/>.</param>
    /// <param name="eventTime">The producer's time, or null for the arrival time.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    internal void AddRecord(
        SequenceNumber sequence,
        long monotonicMicroseconds,
        Timestamp? eventTime,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value)
    {
        EnsureRoom(key.Length + value.Length + EntryFormat.RecordOverheadBytesMax);
        var sequenceOffset = (ulong)(sequence.Value - _base.Sequence.Value);
        var arrivalOffset = (ulong)Math.Max(0, monotonicMicroseconds - _base.MonotonicMicroseconds);
        var eventOffset = eventTime is { } time
            ? VariableInteger.ZigZag(time.UnixMicroseconds - _base.WallTime.UnixMicroseconds - (long)arrivalOffset)
            : 0;
        var bodySize = 1 + VariableInteger.SizeOf(sequenceOffset) + VariableInteger.SizeOf(arrivalOffset)
            + (eventTime is null ? 0 : VariableInteger.SizeOf(eventOffset))
            + VariableInteger.SizeOf((ulong)key.Length) + key.Length + value.Length;

        var target = _bytes.AsSpan();
        var at = _length;
        at += VariableInteger.Write(target[at..], (ulong)bodySize);
        target[at++] = eventTime is null ? EntryFormat.RecordKind : EntryFormat.TimedRecordKind;
        at += VariableInteger.Write(target[at..], sequenceOffset);
        at += VariableInteger.Write(target[at..], arrivalOffset);
        if (eventTime is not null)
        {
            at += VariableInteger.Write(target[at..], eventOffset);
        }

        at += VariableInteger.Write(target[at..], (ulong)key.Length);
        key.CopyTo(target[at..]);
        value.CopyTo(target[(at + key.Length)..]);
        at += key.Length + value.Length;
        _length = EntryFormat.Seal(target, _length, at, _baseChecksum);
        Last = sequence;
    }

    private void EnsureRoom(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }
    }
}
