using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EdgeStream.Storage;

/// <summary>
/// Walks the entries of one segment. A value: copy it to look ahead. Verifies every byte that it passes.
/// </summary>
internal struct EntryCursor
{
    private readonly ulong _salt;
    private BaseEntry _base;
    private uint _baseChecksum;
    private bool _hasBase;
    private int _nextBaseOffset;
    private int _repairedOffset;
    private uint _repairedChecksum;

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

    /// <summary>Where that frame begins.</summary>
    internal int BaseOffset { get; private set; }

    /// <summary>The checksum of the entry before the cursor: the right one, also where another stands there.</summary>
    internal readonly uint LastChecksum(ReadOnlySpan<byte> segment) => Offset == _repairedOffset
        ? _repairedChecksum
        : EntryFormat.ChecksumAt(segment, Offset - EntryFormat.ChecksumSizeBytes);

    /// <summary>Goes back to before a record of the present frame.</summary>
    internal void Rewind(int offset, SequenceNumber last)
    {
        Offset = offset;
        Last = last;
    }

    /// <summary>
    /// Steps over the next entry, also where what is wrong with it can be put right: a checksum that its successor
    /// proves wrong, or a base entry with one wrong byte.
    /// </summary>
    internal EntryStep TryStepRepairing(ReadOnlySpan<byte> segment, int end, out LogRecord record)
    {
        var step = TryStep(segment, end, out record);
        return step == EntryStep.Damaged ? Repair(segment, end, out record) : step;
    }

    /// <summary>Steps over the next entry, whatever it is.</summary>
    /// <param name="segment">The segment's bytes.</param>
    /// <param name="end">Where what may be read ends, at most the segment's length.</param>
    /// <param name="record">The record; of a batch entry, its body as the value.</param>
    internal EntryStep TryStep(ReadOnlySpan<byte> segment, int end, out LogRecord record)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)end, (uint)segment.Length, nameof(end));
        return TryStep(ref MemoryMarshal.GetReference(segment), end, out record);
    }

    /// <summary>The same where nobody checks that the segment has as many bytes as may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal EntryStep TryStep(ref byte start, int end, out LogRecord record)
    {
        var offset = Offset;
        if (end - offset < EntryFormat.EntrySizeBytesMin)
        {
            return Nothing(ref start, end, out record);
        }

        // All records under 16 KiB have a length of one or two bytes.
        int bodySize = Unsafe.Add(ref start, offset);
        var bodyStart = offset + 1;
        if (bodySize >= 0x80)
        {
            int second = Unsafe.Add(ref start, bodyStart++);
            bodySize = second < 0x80
                ? (bodySize & 0x7F) | (second << 7)
                : LongBodySizeAt(ref start, offset, end, out bodyStart);
        }

        var bodyEnd = bodyStart + bodySize;
        if (bodySize == 0 || bodyEnd > end - EntryFormat.ChecksumSizeBytes)
        {
            return Nothing(ref start, end, out record);
        }

        var kind = Unsafe.Add(ref start, bodyStart);
        var checksum = EntryFormat.Checksum(
            ref Unsafe.Add(ref start, offset - EntryFormat.ChecksumSizeBytes),
            bodyEnd - offset + EntryFormat.ChecksumSizeBytes,
            kind == EntryFormat.BaseKind ? _salt : _baseChecksum);
        if (checksum != Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, bodyEnd)))
        {
            record = default;
            return EntryStep.Damaged;
        }

        return _hasBase && kind is EntryFormat.RecordKind or EntryFormat.TimedRecordKind
            ? TakeRecord(ref start, bodyStart, bodyEnd, kind, out record)
            : TakeOther(SpanOf(ref start, bodyEnd)[bodyStart..], checksum, bodyEnd, kind, out record);
    }

    /// <summary>
    /// Finds the next place behind damaged bytes where the log goes on; false when there is none before the end.
    /// A record is found only while its base entry is known, so a damaged base entry costs its frame.
    /// </summary>
    internal bool TryResume(ReadOnlySpan<byte> segment, int end)
    {
        if (_nextBaseOffset <= Offset)
        {
            _nextBaseOffset = FindBase(segment, Offset + 1, end);
        }

        // Mostly the length is right, and the next entry stands behind the damaged one. If the length is what is wrong,
        // an entry may stand nearer than it says.
        var bodySize = EntryFormat.BodySizeAt(segment, Offset, end, out var lengthSize);
        var behind = Offset + lengthSize + bodySize + EntryFormat.ChecksumSizeBytes;
        var isBehind = bodySize > 0 && behind < _nextBaseOffset && CanResumeAt(segment, behind, end);
        var limit = isBehind ? behind : _nextBaseOffset;
        var found = _hasBase ? FindInFrame(segment, Offset + 1, limit) : limit;
        if (found >= end)
        {
            return false;
        }

        Offset = found;
        return true;
    }

    /// <summary>The next valid base entry at or behind an offset; the end if there is none.</summary>
    internal readonly int FindBase(ReadOnlySpan<byte> segment, int offset, int end)
    {
        ReadOnlySpan<byte> beginning = [BaseEntry.BodySizeBytes, EntryFormat.BaseKind];
        while (offset < end)
        {
            var distance = segment[offset..end].IndexOf(beginning);
            if (distance < 0)
            {
                break;
            }

            offset += distance;
            if (CanResumeAt(segment, offset, end))
            {
                return offset;
            }

            offset++;
        }

        return end;
    }

    /// <summary>The next valid entry of this frame, or the frame's end.</summary>
    private readonly int FindInFrame(ReadOnlySpan<byte> segment, int offset, int frameEnd)
    {
        // No entry begins with a zero byte, so zero fill is passed in long strides.
        var searchEnd = Math.Min(frameEnd, BaseOffset + EntryFormat.FrameStartDistanceBytesMax);
        while (offset < searchEnd)
        {
            var distance = segment[offset..searchEnd].IndexOfAnyExcept((byte)0);
            if (distance < 0)
            {
                break;
            }

            offset += distance;
            if (IsPlausibleAt(segment, offset, frameEnd) && CanResumeAt(segment, offset, frameEnd))
            {
                return offset;
            }

            offset++;
        }

        return frameEnd;
    }

    /// <summary>Whether a valid entry stands at an offset and ends before an end.</summary>
    private readonly bool CanResumeAt(ReadOnlySpan<byte> segment, int offset, int end)
    {
        var bodySize = EntryFormat.BodySizeAt(segment, offset, end, out var lengthSize);
        if (bodySize == 0)
        {
            return false;
        }

        var kind = segment[offset + lengthSize];
        var isKind = kind == EntryFormat.BaseKind
            ? bodySize == BaseEntry.BodySizeBytes
            : _hasBase && kind is >= EntryFormat.RecordKind and <= EntryFormat.SealedKind;
        if (!isKind)
        {
            return false;
        }

        // A step on a copy: it checks checksum, chain and that the sequence number moves forward.
        var probe = this;
        probe.Offset = offset;
        return probe.TryStep(segment, end, out _) is not (EntryStep.Damaged or EntryStep.End);
    }

    /// <summary>
    /// Whether an entry of this frame may stand at an offset. A long record is its frame's last: without this, every
    /// look at chance bytes could read megabytes.
    /// </summary>
    private static bool IsPlausibleAt(ReadOnlySpan<byte> segment, int offset, int frameEnd)
    {
        var bodySize = EntryFormat.BodySizeAt(segment, offset, frameEnd, out var lengthSize);
        return bodySize <= EntryFormat.FrameDistanceBytes
            || frameEnd - offset - lengthSize - bodySize <= EntryFormat.FrameTailSizeBytesMax;
    }

    private EntryStep Repair(ReadOnlySpan<byte> segment, int end, out LogRecord record)
    {
        record = default;
        var bodySize = EntryFormat.BodySizeAt(segment, Offset, end, out var lengthSize);
        if (bodySize > 0)
        {
            var bodyStart = Offset + lengthSize;
            var bodyEnd = bodyStart + bodySize;
            var kind = segment[bodyStart];
            var isBase = kind == EntryFormat.BaseKind;
            var checksum = EntryFormat.Checksum(
                LastChecksum(segment), segment[Offset..bodyEnd], isBase ? _salt : _baseChecksum);
            var isRight = checksum == EntryFormat.ChecksumAt(segment, bodyEnd)
                || IsFollowed(segment, bodyEnd + EntryFormat.ChecksumSizeBytes, end, checksum, isBase);
            if (isRight && (isBase || _hasBase))
            {
                var step = kind is EntryFormat.RecordKind or EntryFormat.TimedRecordKind
                    ? TakeRecord(ref MemoryMarshal.GetReference(segment), bodyStart, bodyEnd, kind, out record)
                    : TakeOther(segment[bodyStart..bodyEnd], checksum, bodyEnd, kind, out record);
                if (step != EntryStep.Damaged)
                {
                    (_repairedOffset, _repairedChecksum) = (Offset, checksum);
                }

                return step;
            }
        }

        return RepairBase(segment, end);
    }

    /// <summary>Whether a valid entry stands at an offset, if the checksum before it were another one.</summary>
    private readonly bool IsFollowed(ReadOnlySpan<byte> segment, int offset, int end, uint chain, bool isBehindBase)
    {
        var bodySize = EntryFormat.BodySizeAt(segment, offset, end, out var lengthSize);
        if (bodySize == 0)
        {
            return false;
        }

        var bodyEnd = offset + lengthSize + bodySize;
        var context = segment[offset + lengthSize] == EntryFormat.BaseKind ? _salt
            : isBehindBase ? chain
            : _baseChecksum;
        return EntryFormat.Checksum(chain, segment[offset..bodyEnd], context)
            == EntryFormat.ChecksumAt(segment, bodyEnd);
    }

    private EntryStep RepairBase(ReadOnlySpan<byte> segment, int end)
    {
        var looksLikeBase = end - Offset >= BaseEntry.EntrySizeBytes
            && (segment[Offset] == BaseEntry.BodySizeBytes || segment[Offset + 1] == EntryFormat.BaseKind);
        if (!looksLikeBase)
        {
            return EntryStep.Damaged;
        }

        Span<byte> copy = stackalloc byte[BaseEntryRepair.SizeBytes];
        segment.Slice(Offset - EntryFormat.ChecksumSizeBytes, copy.Length).CopyTo(copy);
        var bodyEnd = Offset + 1 + BaseEntry.BodySizeBytes;
        var stored = EntryFormat.ChecksumAt(segment, bodyEnd);
        return BaseEntryRepair.TryRepair(copy, stored, _salt)
            ? TakeBase(copy[(EntryFormat.ChecksumSizeBytes + 1)..], stored, bodyEnd)
            : EntryStep.Damaged;
    }

    private static ReadOnlySpan<byte> SpanOf(ref byte start, int end) =>
        MemoryMarshal.CreateReadOnlySpan(ref start, end);

    private static int LongBodySizeAt(ref byte start, int offset, int end, out int bodyStart)
    {
        var bodySize = EntryFormat.BodySizeAt(SpanOf(ref start, end), offset, end, out var lengthSize);
        bodyStart = offset + lengthSize;
        return bodySize;
    }

    private readonly EntryStep Nothing(ref byte start, int end, out LogRecord record)
    {
        record = default;
        return Offset >= end || Unsafe.Add(ref start, Offset) == 0 ? EntryStep.End : EntryStep.Damaged;
    }

    private EntryStep TakeRecord(ref byte start, int bodyStart, int bodyEnd, byte kind, out LogRecord record)
    {
        var at = bodyStart + 1;
        ulong eventOffset = 0;
        SequenceNumber sequence;
        if (!VariableInteger.TryTake(ref start, ref at, bodyEnd, out var sequenceOffset)
            || !VariableInteger.TryTake(ref start, ref at, bodyEnd, out var arrivalOffset)
            || (kind == EntryFormat.TimedRecordKind
                && !VariableInteger.TryTake(ref start, ref at, bodyEnd, out eventOffset))
            || !VariableInteger.TryTake(ref start, ref at, bodyEnd, out var keySize)
            || keySize > (ulong)(bodyEnd - at)
            || (sequence = new SequenceNumber(_base.Sequence.Value + (long)sequenceOffset)) <= Last)
        {
            record = default;
            return EntryStep.Damaged;
        }

        var arrival = _base.WallTime.UnixMicroseconds + (long)arrivalOffset;
        var valueStart = at + (int)keySize;
        record = new LogRecord
        {
            Sequence = sequence,
            ArrivalTime = new Timestamp(arrival),
            EventTime = new Timestamp(arrival + VariableInteger.UnZigZag(eventOffset)),
            MonotonicMicroseconds = _base.MonotonicMicroseconds + (long)arrivalOffset,
            BootOrdinal = _base.BootOrdinal,
            Key = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref start, at), (int)keySize),
            Value = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref start, valueStart), bodyEnd - valueStart),
        };
        Last = sequence;
        Offset = bodyEnd + EntryFormat.ChecksumSizeBytes;
        return EntryStep.Record;
    }

    private EntryStep TakeOther(
        ReadOnlySpan<byte> body, uint checksum, int bodyEnd, byte kind, out LogRecord record)
    {
        record = default;
        if (kind == EntryFormat.BaseKind)
        {
            return TakeBase(body, checksum, bodyEnd);
        }

        if (!_hasBase || kind is not (EntryFormat.PadKind or EntryFormat.BatchKind or EntryFormat.SealedKind))
        {
            return EntryStep.Damaged;
        }

        Offset = bodyEnd + EntryFormat.ChecksumSizeBytes;
        if (kind != EntryFormat.BatchKind)
        {
            return kind == EntryFormat.PadKind ? EntryStep.Pad : EntryStep.Sealed;
        }

        record = new LogRecord { Sequence = Last, Value = body };
        return EntryStep.Batch;
    }

    private EntryStep TakeBase(ReadOnlySpan<byte> body, uint checksum, int bodyEnd)
    {
        if (body.Length != BaseEntry.BodySizeBytes)
        {
            return EntryStep.Damaged;
        }

        var entry = BaseEntry.ReadBody(body);
        if (entry.Sequence <= Last)
        {
            return EntryStep.Damaged;
        }

        _base = entry;
        _baseChecksum = checksum;
        _hasBase = true;
        BaseOffset = bodyEnd - BaseEntry.BodySizeBytes - 1;
        Offset = bodyEnd + EntryFormat.ChecksumSizeBytes;
        return EntryStep.Base;
    }
}
