namespace EdgeStream.Storage;

/// <summary>
/// Walks the entries of one segment. A value: copy it to look ahead. Verifies every byte that it passes.
/// </summary>
internal struct EntryCursor
{
    /// <summary>
    /// Longest record entry that a search among damaged bytes considers; longer ones are found by their neighbours.
    /// </summary>
    private const int SearchEntrySizeBytesMax = 64 << 10;

    private readonly ulong _salt;
    private BaseEntry _base;
    private uint _baseChecksum;
    private bool _hasBase;

    /// <summary>Starts at an offset where a base entry (or nothing) stands, after the given record.</summary>
    internal EntryCursor(ulong salt, int offset, SequenceNumber last)
    {
        _salt = salt;
        Offset = offset;
        Last = last;
    }

    /// <summary>Where the next entry begins.</summary>
    internal int Offset { get; private set; }

    /// <summary>The sequence number of the record before the cursor.</summary>
    internal SequenceNumber Last { get; private set; }

    /// <summary>The frame that the cursor is in; meaningless before the first base entry.</summary>
    internal readonly BaseEntry Base => _base;

    /// <summary>Steps over the next record, and over base entries before it.</summary>
    internal EntryStep TryAdvance(ReadOnlySpan<byte> segment, int end, out LogRecord record)
    {
        record = default;
        while (true)
        {
            var bodySize = EntryFormat.BodySizeAt(segment, Offset, end, out var lengthSize);
            if (bodySize == 0)
            {
                return Offset >= end || segment[Offset] == 0 ? EntryStep.End : EntryStep.Damaged;
            }

            var bodyStart = Offset + lengthSize;
            var stored = EntryFormat.ChecksumAt(segment, bodyStart + bodySize);
            var body = segment.Slice(bodyStart, bodySize);
            if (!IsValid(segment, Offset, bodyStart + bodySize, stored, body[0]))
            {
                return EntryStep.Damaged;
            }

            if (body[0] != EntryFormat.BaseKind)
            {
                return TakeRecord(body, bodyStart + bodySize, out record) ? EntryStep.Record : EntryStep.Damaged;
            }

            if (bodySize != BaseEntry.BodySizeBytes || !TakeBase(body, stored, bodyStart + bodySize))
            {
                return EntryStep.Damaged;
            }
        }
    }

    /// <summary>
    /// Finds the next place behind damaged bytes where the log goes on; false when there is none before the end.
    /// A record is found only while its base entry is known, so a damaged base entry costs its frame.
    /// </summary>
    internal bool TryResume(ReadOnlySpan<byte> segment, int end)
    {
        var bodySize = EntryFormat.BodySizeAt(segment, Offset, end, out var lengthSize);
        if (bodySize > 0 && CanResumeAt(segment, Offset + lengthSize + bodySize + EntryFormat.ChecksumSizeBytes, end))
        {
            Offset += lengthSize + bodySize + EntryFormat.ChecksumSizeBytes;
            return true;
        }

        // No entry begins with a zero byte, so zero fill is passed in long strides.
        var offset = Offset + 1;
        while (offset < end)
        {
            var distance = segment[offset..end].IndexOfAnyExcept((byte)0);
            if (distance < 0)
            {
                return false;
            }

            offset += distance;
            if (CanResumeAt(segment, offset, end))
            {
                Offset = offset;
                return true;
            }

            offset++;
        }

        return false;
    }

    private readonly bool CanResumeAt(ReadOnlySpan<byte> segment, int offset, int end)
    {
        var bodySize = EntryFormat.BodySizeAt(segment, offset, end, out var lengthSize);
        if (bodySize == 0 || bodySize > SearchEntrySizeBytesMax)
        {
            return false;
        }

        var kind = segment[offset + lengthSize];
        var isBase = kind == EntryFormat.BaseKind && bodySize == BaseEntry.BodySizeBytes;
        if (!isBase && (!_hasBase || kind is not (EntryFormat.RecordKind or EntryFormat.TimedRecordKind)))
        {
            return false;
        }

        // A step on a copy: it checks checksum, chain and that the sequence number moves forward.
        var probe = this;
        probe.Offset = offset;
        return probe.TryAdvance(segment, offset + lengthSize + bodySize + EntryFormat.ChecksumSizeBytes, out _)
            != EntryStep.Damaged;
    }

    private readonly bool IsValid(ReadOnlySpan<byte> segment, int start, int bodyEnd, uint stored, byte kind)
    {
        var chainAndEntry = segment[(start - EntryFormat.ChecksumSizeBytes)..bodyEnd];
        return kind == EntryFormat.BaseKind
            ? EntryFormat.Checksum(chainAndEntry, _salt) == stored
            : _hasBase && EntryFormat.Checksum(chainAndEntry, _baseChecksum) == stored;
    }

    private bool TakeBase(ReadOnlySpan<byte> body, uint checksum, int bodyEnd)
    {
        var entry = BaseEntry.ReadBody(body);
        if (entry.Sequence <= Last)
        {
            return false;
        }

        _base = entry;
        _baseChecksum = checksum;
        _hasBase = true;
        Offset = bodyEnd + EntryFormat.ChecksumSizeBytes;
        return true;
    }

    private bool TakeRecord(ReadOnlySpan<byte> body, int bodyEnd, out LogRecord record)
    {
        record = default;
        var rest = body[1..];
        long eventOffset = 0;
        if (!TryTake(ref rest, out var sequenceOffset)
            || !TryTake(ref rest, out var arrivalOffset)
            || (body[0] == EntryFormat.TimedRecordKind && !TryTakeSigned(ref rest, out eventOffset))
            || !TryTake(ref rest, out var keySize)
            || keySize > (ulong)rest.Length
            || body[0] > EntryFormat.TimedRecordKind)
        {
            return false;
        }

        var sequence = new SequenceNumber(_base.Sequence.Value + (long)sequenceOffset);
        if (sequence <= Last)
        {
            return false;
        }

        var arrival = new Timestamp(_base.WallTime.UnixMicroseconds + (long)arrivalOffset);
        record = new LogRecord
        {
            Sequence = sequence,
            ArrivalTime = arrival,
            EventTime = new Timestamp(arrival.UnixMicroseconds + eventOffset),
            MonotonicMicroseconds = _base.MonotonicMicroseconds + (long)arrivalOffset,
            BootOrdinal = _base.BootOrdinal,
            Key = rest[..(int)keySize],
            Value = rest[(int)keySize..],
        };
        Last = sequence;
        Offset = bodyEnd + EntryFormat.ChecksumSizeBytes;
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        var isRead = VariableInteger.TryRead(rest, out value, out var size);
        rest = rest[size..];
        return isRead;
    }

    private static bool TryTakeSigned(ref ReadOnlySpan<byte> rest, out long value)
    {
        var isRead = TryTake(ref rest, out var raw);
        value = VariableInteger.UnZigZag(raw);
        return isRead;
    }
}
