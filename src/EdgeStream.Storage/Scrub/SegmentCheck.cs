using System.Buffers;

namespace EdgeStream.Storage;

/// <summary>Checks one sealed segment against what the device has, a piece at a time.</summary>
/// <remarks>
/// Not thread-safe. Reads past the kernel's memory, and never through a mapping: a sector that cannot be read is an
/// error here and not the end of the process. Takes a piece of memory; where the index is missing or a byte is wrong,
/// as much as the segment has.
/// </remarks>
internal sealed class SegmentCheck(IDisk disk, Segment segment, SequenceNumber end)
{
    private SegmentIndex? _index;
    private uint _state = uint.MaxValue;
    private int _at;
    private bool _isBegun;

    /// <summary>The segment.</summary>
    internal Segment Segment => segment;

    /// <summary>Whether nothing is left to check.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>Whether the index file was made again.</summary>
    internal bool HasRepairedIndex { get; private set; }

    /// <summary>What was found; null while all is well.</summary>
    internal SegmentRot? Rot { get; private set; }

    /// <summary>Checks the next piece; returns the bytes that were read.</summary>
    internal int Step()
    {
        try
        {
            return segment.IsCompressed ? StepCompressed() : StepPlain();
        }
        catch (FileNotFoundException)
        {
            // Evicted, or compressed at this moment: the next pass has what there is then.
            IsDone = true;
            return 0;
        }
    }

    private int StepPlain()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            _index = IndexFile.ReadSealed(disk, segment);
            if (_index?.SegmentChecksum is null)
            {
                return RebuildIndex();
            }
        }

        if (_index is null)
        {
            IsDone = true;
            return 0;
        }

        var count = Read(_at, Math.Min(SegmentCopy.PieceSizeBytes, _index.EndOffset - _at), out var rest);
        _at += count;
        if (rest is not null)
        {
            IsDone = true;
            Rot = Unreadable(_at, rest);
        }
        else if (_at >= _index.EndOffset)
        {
            IsDone = true;
            if (~_state != _index.SegmentChecksum)
            {
                count += ReportDamaged();
            }
        }

        return count;
    }

    private int StepCompressed()
    {
        if (segment.ReadTable() is not { } table)
        {
            IsDone = true;
            Rot = new SegmentRot(
                segment.Path, segment.FirstSequence, end.Previous, "both copies of its block table are damaged");
            return 0;
        }

        if (_at >= table.Blocks.Count)
        {
            IsDone = true;
            return 0;
        }

        var block = table.Blocks[_at];
        _state = uint.MaxValue;
        var count = Read(block.FileOffset, block.FileSizeBytes, out var problem);
        problem ??= ~_state == block.Checksum ? null : "a block's checksum is wrong";
        _at++;
        if (problem is not null)
        {
            var next = _at < table.Blocks.Count ? table.Blocks[_at].Sequence : end;
            Rot ??= new SegmentRot(segment.Path, block.Sequence, next.Previous, problem);
        }

        return Math.Max(1, count);
    }

    /// <summary>Reads and adds to the checksum; says what is wrong if the device cannot read it.</summary>
    private int Read(int offset, int count, out string? problem)
    {
        problem = null;
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, count));
        try
        {
            using var file = disk.Open(segment.Path);
            var read = SegmentCopy.ReadWhole(file, offset, buffer.AsSpan(0, count));
            _state = Crc32C.Append(_state, buffer.AsSpan(0, read));
            problem = read == count ? null : SegmentRot.TooShort;
            return read;
        }
        catch (IOException error) when (error is not FileNotFoundException)
        {
            problem = SegmentRot.ReasonOf(error);
            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes the index again from the segment, if all its records are there.</summary>
    private int RebuildIndex()
    {
        IsDone = true;
        using var copy = new SegmentCopy(disk, segment);
        if (!copy.TryLoadAll())
        {
            Rot = Unreadable(copy.LoadedBytes, copy.Problem!);
            return copy.LoadedBytes;
        }

        using var readable = ReadableSegment.Of(copy.Bytes, segment, null);
        var scan = SegmentScan.Run(readable.BytesOf(copy.Bytes), segment.Header, null, end, isSealed: true);
        if (scan.Lost.Count > 0 || scan.Cursor.Last.Next < end)
        {
            Rot = DamageIn(copy.Bytes, "not all its records are there");
            return copy.LoadedBytes;
        }

        var index = scan.ToIndex(copy.Bytes, segment.Header.Salt, end);
        HasRepairedIndex = segment.TryWithFiles(() => disk.Replace(segment.IndexPath, index.ToBytes(segment.Cipher)));
        return copy.LoadedBytes;
    }

    /// <summary>Some byte is not what it was: the records that no longer verify are hit. Returns the bytes that were
    /// read again for that.</summary>
    private int ReportDamaged()
    {
        using var copy = new SegmentCopy(disk, segment);
        Rot = copy.TryLoadAll()
            ? DamageIn(copy.Bytes, "its checksum is wrong")
            : Unreadable(copy.LoadedBytes, copy.Problem!);
        return copy.LoadedBytes;
    }

    /// <summary>Who reads it from now on must not die of it.</summary>
    private SegmentRot Unreadable(int offset, string problem)
    {
        segment.AvoidMapping();
        return SegmentRot.OfPiece(segment, end, _index, offset, problem);
    }

    private SegmentRot DamageIn(ReadOnlySpan<byte> bytes, string reason)
    {
        using var readable = ReadableSegment.Of(bytes, segment, null);
        var (first, last) = FindMissing(readable.BytesOf(bytes));
        return new SegmentRot(
            segment.Path,
            first,
            last,
            last < first ? "a byte between the records is wrong" : reason);
    }

    private (SequenceNumber First, SequenceNumber Last) FindMissing(ReadOnlySpan<byte> bytes)
    {
        var cursor = new EntryCursor(
            segment.Header.Salt, segment.Header.EntriesOffset, segment.FirstSequence.Previous);
        var first = SequenceNumber.None;
        var last = SequenceNumber.None;
        var expected = segment.FirstSequence;
        while (expected < end)
        {
            var step = cursor.TryStepRepairing(bytes, bytes.Length, out var record);
            var isDamaged = step is EntryStep.Damaged or EntryStep.End;
            if (isDamaged ? cursor.TryResume(bytes, bytes.Length) : step != EntryStep.Record)
            {
                continue;
            }

            var found = !isDamaged && record.Sequence < end ? record.Sequence : end;
            if (found > expected)
            {
                first = first == SequenceNumber.None ? expected : first;
                last = found.Previous;
            }

            expected = found.Next;
        }

        return (first == SequenceNumber.None ? segment.FirstSequence : first,
            first == SequenceNumber.None ? segment.FirstSequence.Previous : last);
    }
}
