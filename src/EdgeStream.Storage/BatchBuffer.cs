using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>
/// Entries that were appended and not yet written: one contiguous piece of the log's future, whole but for the
/// checksums, for which there is room.
/// </summary>
/// <remarks>Guarded by its queue's gate while it is filled; owned by the committer from then on.</remarks>
/// <param name="usualSizeBytesMax">Up to so many bytes of entries it doubles as it grows. Beyond, for large records, it
/// has what they need and no more.</param>
internal sealed class BatchBuffer(int usualSizeBytesMax)
{
    private const int InitialSizeBytes = 4 << 10;

    /// <summary>The checksum before the entries, and the pad behind them, which is less than two pages.</summary>
    private const int EdgeSizeBytesMax = EntryFormat.ChecksumSizeBytes + (8 << 10);
    private const int KeptSizeBytesMax = 2 << 20;

    private readonly List<IndexPoint> _points = [];
    private byte[] _bytes = new byte[InitialSizeBytes];
    private int _length = EntryFormat.ChecksumSizeBytes;
    private int _limit;
    private int _baseStart;
    private bool _isContinued;
    private long _baseSequence;
    private long _baseWallTime;
    private long _baseMonotonic;

    /// <summary>What stands before the first entry of a frame.</summary>
    internal int FrameHeadSizeBytes => IsEncrypted ? SealedFrame.HeadSizeBytes : BaseEntry.EntrySizeBytes;

    internal bool IsEmpty => _length == EntryFormat.ChecksumSizeBytes;

    internal int SizeBytes => _length - EntryFormat.ChecksumSizeBytes;

    /// <summary>Whether its frames will be encrypted, and need room for that.</summary>
    internal bool IsEncrypted { get; set; }

    /// <summary>Where in the segment the first entry goes; known when the committer takes the buffer.</summary>
    internal int SegmentOffset { get; set; }

    /// <summary>The newest record.</summary>
    internal SequenceNumber Last { get; set; }

    /// <summary>The base entries; their offsets count from the first entry.</summary>
    internal IReadOnlyList<IndexPoint> Points => _points;

    /// <summary>
    /// Everything, for the committer: four bytes for the checksum that goes before, then the entries.
    /// </summary>
    internal Span<byte> ChainAndEntries => _bytes.AsSpan(0, _length);

    /// <summary>Whether the next record needs a base entry before it.</summary>
    internal bool NeedsBase =>
        (IsEmpty && !_isContinued) || _length - _baseStart >= SegmentIndex.PointDistanceBytes;

    /// <summary>Whether a record fits as things are: below the limit, without growing, in this frame.</summary>
    /// <param name="sizeBytes">Key, value and <see cref="EntryFormat.RecordOverheadBytesMax"/>.</param>
    internal bool HasRoomFor(long sizeBytes) => _length + sizeBytes <= _limit && !NeedsBase;

    /// <summary>Empties the buffer.</summary>
    /// <remarks>A buffer that one large record has made large does not stay so.</remarks>
    internal void Reset()
    {
        if (_bytes.Length > KeptSizeBytesMax)
        {
            _bytes = new byte[InitialSizeBytes];
        }

        _points.Clear();
        _length = EntryFormat.ChecksumSizeBytes;
        _isContinued = false;
    }

    /// <summary>
    /// Goes on, while it is empty, in the frame in which the buffer before it ended: what comes first needs no base
    /// entry. It does need the slow way of an append, as in every empty buffer.
    /// </summary>
    internal void Continue(BatchBuffer before)
    {
        _baseStart = before._baseStart - before.SizeBytes;
        _baseSequence = before._baseSequence;
        _baseWallTime = before._baseWallTime;
        _baseMonotonic = before._baseMonotonic;
        _isContinued = true;
        LimitTo(0);
    }

    /// <summary>Begins a new frame with what comes first if the one that goes on was begun before a time.</summary>
    internal void EndFrameBefore(long monotonicMicroseconds) =>
        _isContinued &= !IsEmpty || _baseMonotonic >= monotonicMicroseconds;

    /// <summary>Makes room for so many more bytes.</summary>
    internal void EnsureRoom(int sizeBytes)
    {
        if (_bytes.Length - _length < sizeBytes)
        {
            var doubled = Math.Min(2L * _bytes.Length, (long)usualSizeBytesMax + EdgeSizeBytesMax);
            Array.Resize(ref _bytes, (int)Math.Max(doubled, _length + sizeBytes));
        }
    }

    /// <summary>
    /// <see cref="HasRoomFor"/> says no beyond so many bytes of entries; less than there are already: for all.
    /// </summary>
    internal void LimitTo(int sizeBytes) =>
        _limit = (int)Math.Min((long)sizeBytes + EntryFormat.ChecksumSizeBytes, _bytes.Length);

    /// <summary>
    /// Adds a base entry, and what an encrypted frame needs behind it; there is room for
    /// <see cref="FrameHeadSizeBytes"/>.
    /// </summary>
    internal void AddBase(in BaseEntry entry)
    {
        _points.Add(new IndexPoint(entry.Sequence, entry.WallTime, SizeBytes));
        _baseStart = _length;
        _baseSequence = entry.Sequence.Value;
        _baseWallTime = entry.WallTime.UnixMicroseconds;
        _baseMonotonic = entry.MonotonicMicroseconds;
        _bytes[_length] = BaseEntry.BodySizeBytes;
        entry.WriteBody(_bytes.AsSpan(_length + 1));
        _length += FrameHeadSizeBytes;
    }

    /// <summary>Adds an entry of zeros of this size, at least <see cref="EntryFormat.EntrySizeBytesMin"/>.</summary>
    internal void AddPad(int sizeBytes)
    {
        EnsureRoom(sizeBytes);
        EntryFormat.LayPad(_bytes.AsSpan(_length, sizeBytes));
        _length += sizeBytes;
    }

    /// <summary>Adds the entry that binds so many records behind it and checkpoints together; there is room.</summary>
    internal void AddBatch(int recordCount, ReadOnlySpan<LogCheckpoint> checkpoints)
    {
        _length += VariableInteger.Write(
            _bytes.AsSpan(_length), (ulong)BatchEntry.SizeOf(recordCount, checkpoints));
        _length += BatchEntry.Write(_bytes.AsSpan(_length), recordCount, checkpoints);
        _length += EntryFormat.ChecksumSizeBytes;
    }

    /// <summary>
    /// Adds a record of the current base entry's frame; <see cref="HasRoomFor"/> or <see cref="EnsureRoom"/> has said
    /// that there is room.
    /// </summary>
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
        var sequenceOffset = (ulong)(sequence.Value - _baseSequence);
        var arrivalOffset = (ulong)Math.Max(0, monotonicMicroseconds - _baseMonotonic);
        var bodySize = 1 + VariableInteger.SizeOf(sequenceOffset) + VariableInteger.SizeOf(arrivalOffset)
            + VariableInteger.SizeOf((uint)key.Length) + key.Length + value.Length;
        ulong eventOffset = 0;
        if (eventTime is { } time)
        {
            eventOffset = VariableInteger.ZigZag(time.UnixMicroseconds - _baseWallTime - (long)arrivalOffset);
            bodySize += VariableInteger.SizeOf(eventOffset);
        }

        // The room was checked before: from here on every byte goes to its place without asking again.
        ref var start = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _length);
        ref var at = ref VariableInteger.Write(ref start, (uint)bodySize);
        at = eventTime is null ? EntryFormat.RecordKind : EntryFormat.TimedRecordKind;
        at = ref VariableInteger.Write(ref Unsafe.Add(ref at, 1), sequenceOffset);
        at = ref VariableInteger.Write(ref at, arrivalOffset);
        if (eventTime is not null)
        {
            at = ref VariableInteger.Write(ref at, eventOffset);
        }

        at = ref VariableInteger.Write(ref at, (uint)key.Length);
        at = ref Copy(ref at, key);
        at = ref Copy(ref at, value);
        _length += (int)Unsafe.ByteOffset(ref start, ref at) + EntryFormat.ChecksumSizeBytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Copy(ref byte target, ReadOnlySpan<byte> source)
    {
        source.CopyTo(MemoryMarshal.CreateSpan(ref target, source.Length));
        return ref Unsafe.Add(ref target, source.Length);
    }
}
