using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// The segment of a log that is being written: its file, what of it is not synced yet, and its growing index.
/// </summary>
/// <remarks>
/// Written by one thread at a time, the committer's or a helper of its; <see cref="Points"/> may be asked for by any
/// thread.
/// </remarks>
internal sealed class ActiveSegment(
    IDisk disk,
    LogClock clock,
    Segment segment,
    IDiskFile file,
    IEnumerable<IndexPoint> points,
    uint chain,
    uint? wholeState = null)
{
    /// <summary>
    /// So much is sealed and written at a time: large enough that the call costs nothing, small enough to stay in the
    /// processor's cache from one step to the other. A piece ends at a multiple of this in the file, whatever entry
    /// stands there: the kernel then keeps it as one, and takes less time to write and to map it.
    /// </summary>
    private const int PieceSizeBytes = 128 << 10;

    /// <summary>
    /// So much of a segment is durable before the next mark is written: what recovery reads at most, but for one
    /// write. A mark costs some 16 KiB of writes, a five-hundredth of this.
    /// </summary>
    private const int MarkDistanceBytes = 8 << 20;

    private readonly Lock _gate = new();
    private readonly List<IndexPoint> _points = [.. points];
    private readonly FrameSealer? _frames =
        segment.Cipher is { } cipher ? new FrameSealer(cipher, segment.Header.Salt) : null;
    private readonly ZerosAhead _zeros = new(segment, file);
    private EntrySealer _sealer = new(segment.Header.Salt);
    private long _unsyncedSince;
    private int _markedEnd = segment.VisibleEnd;
    private int _writtenEnd = segment.VisibleEnd;

    /// <summary>
    /// The running checksum of the whole segment, taken while its bytes are in the processor's cache; null where the
    /// log was opened in its middle.
    /// </summary>
    private uint? _wholeState = wholeState;

    internal Segment Segment => segment;

    /// <summary>The last entry's checksum: what the next entry's starts from.</summary>
    internal uint Chain { get; private set; } = chain;

    /// <summary>Bytes that the kernel has and the device may not have.</summary>
    internal int UnsyncedBytes { get; private set; }

    /// <summary>
    /// Since when the oldest of them have waited, in monotonic microseconds; null if there are none. Any thread may
    /// ask.
    /// </summary>
    internal long? UnsyncedSince => UnsyncedBytes > 0 ? Volatile.Read(ref _unsyncedSince) : null;

    /// <summary>The sparse index of what was published so far.</summary>
    internal IReadOnlyList<IndexPoint> Points
    {
        get
        {
            lock (_gate)
            {
                return [.. _points];
            }
        }
    }

    /// <summary>The last place of the index at or before a record; null if there is none.</summary>
    internal IndexPoint? PointAt(SequenceNumber sequence)
    {
        lock (_gate)
        {
            return IndexPoint.LastAt(_points, sequence);
        }
    }

    /// <summary>The last place of the index before a time; null if there is none.</summary>
    internal IndexPoint? PointBefore(Timestamp time)
    {
        lock (_gate)
        {
            return IndexPoint.LastBefore(_points, time);
        }
    }

    /// <summary>Seals a batch's entries and gives them to the kernel.</summary>
    internal void Write(BatchBuffer batch)
    {
        var bytes = batch.ChainAndEntries;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Chain);
        var start = EntryFormat.ChecksumSizeBytes;
        var sealedEnd = start;
        var frame = 0;
        while (start < bytes.Length)
        {
            var offset = batch.SegmentOffset + start - EntryFormat.ChecksumSizeBytes;
            var end = (int)Math.Min((long)start + PieceSizeBytes - (offset % PieceSizeBytes), bytes.Length);
            if (sealedEnd < end)
            {
                sealedEnd = _frames is null
                    ? _sealer.Seal(bytes, sealedEnd, end - sealedEnd)
                    : _frames.Seal(bytes, batch.Points, ref frame, end - sealedEnd);
            }

            _wholeState = _wholeState is { } state ? Crc32C.Append(state, bytes[start..end]) : null;
            file.Write(offset, bytes[start..end]);
            start = end;
        }

        Chain = BinaryPrimitives.ReadUInt32LittleEndian(bytes[^EntryFormat.ChecksumSizeBytes..]);
        if (UnsyncedBytes == 0)
        {
            Volatile.Write(ref _unsyncedSince, clock.MonotonicMicroseconds);
        }

        UnsyncedBytes += batch.SizeBytes;
        _writtenEnd = batch.SegmentOffset + batch.SizeBytes;
    }

    /// <summary>Makes everything written to this segment durable.</summary>
    internal void Sync()
    {
        if (UnsyncedBytes > 0)
        {
            _zeros.WriteBeforeSync(_writtenEnd, UnsyncedBytes);
            file.Sync();
            UnsyncedBytes = 0;
        }
    }

    /// <summary>Lets readers see a batch that was written.</summary>
    internal void Publish(BatchBuffer batch)
    {
        lock (_gate)
        {
            foreach (var entry in batch.Points)
            {
                var point = entry with { Offset = batch.SegmentOffset + entry.Offset };
                if (_points.Count == 0 || point.Offset - _points[^1].Offset >= SegmentIndex.PointDistanceBytes)
                {
                    _points.Add(point);
                }
            }
        }

        segment.Publish(batch.SegmentOffset + batch.SizeBytes);
    }

    /// <summary>Where the end of what is durable has to be for the next mark.</summary>
    internal int MarkDueAt => _markedEnd + MarkDistanceBytes;

    /// <summary>
    /// Notes how far everything is durable, if that has moved far enough: recovery then reads only what is behind.
    /// </summary>
    /// <remarks>Call it when everything written is durable. A mark only saves work, so that it may fail.</remarks>
    /// <param name="last">The newest record.</param>
    /// <param name="checkpoints">The checkpoints as of that record.</param>
    internal void MarkIfDue(SequenceNumber last, CheckpointMap checkpoints)
    {
        if (segment.VisibleEnd < MarkDueAt)
        {
            return;
        }

        _markedEnd = segment.VisibleEnd;
        try
        {
            SaveIndex(last, checkpoints, isMark: true);
        }
        catch (IOException)
        {
            // The next one is tried in its turn; if the disk is at its end, the log's own writes say so.
        }
    }

    /// <summary>Writes the index file, which also says where the segment ends, or that it is still written.</summary>
    internal SegmentIndex SaveIndex(SequenceNumber last, CheckpointMap checkpoints, bool isMark = false)
    {
        var index = new SegmentIndex(
            segment.Header.Salt, segment.VisibleEnd, last, Points, Checkpoints: checkpoints, IsMark: isMark);
        if (!segment.AvoidsMapping)
        {
            // Without it, the next opening looks again at what could not be read.
            disk.Replace(segment.IndexPath, index.ToBytes(segment.Cipher));
        }

        return index;
    }

    /// <summary>Ends writing for good; what is left to do with the files is the caller's.</summary>
    internal SealedFile Seal(SequenceNumber last, CheckpointMap checkpoints, LogPositions positions)
    {
        var index = new SegmentIndex(
            segment.Header.Salt, segment.VisibleEnd, last, Points, ~_wholeState, checkpoints);
        segment.Seal(index, segment.SizeBytes);
        _frames?.Dispose();
        return new SealedFile(disk, segment, file, index, positions, UnsyncedSince);
    }

    /// <summary>Closes the file.</summary>
    internal void Close()
    {
        _frames?.Dispose();
        file.Dispose();
    }
}
