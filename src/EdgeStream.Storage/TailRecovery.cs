using System.Buffers.Binary;

namespace EdgeStream.Storage;

/// <summary>
/// Finds the end of the segment that was being written when the process or the machine stopped, and makes it the end
/// for good: whatever happens next, nothing that stands behind it is ever part of the log.
/// </summary>
/// <param name="segment">The log's last segment.</param>
/// <param name="file">Its file.</param>
/// <param name="mark">A place before which all is durable; null to read from the start.</param>
/// <param name="checkpointsBefore">The log's checkpoints at the segment's beginning, as far as they are known.</param>
/// <param name="taken">The newest number that may have been given out, whatever stands there.</param>
internal sealed class TailRecovery(
    Segment segment,
    IDiskFile file,
    SegmentIndex? mark,
    CheckpointMap checkpointsBefore,
    SequenceNumber taken = default)
{
    /// <summary>The device writes no larger piece at once: so much is looked at, and wiped, as a whole.</summary>
    private const int PieceSizeBytes = 4 << 10;

    /// <summary>What a finding says behind the segment's path where the log ends in the middle of a write.</summary>
    internal const string UnfinishedWrite = " ends with an unfinished write: ";

    private readonly List<string> _findings = [];

    /// <summary>What was damaged or cut, one line each.</summary>
    internal IReadOnlyList<string> Findings => _findings;

    /// <summary>Records that are damaged and known to have been durable.</summary>
    internal LostRecords Lost { get; private set; } = new();

    /// <summary>Does it; returns the mark of the end.</summary>
    /// <remarks>
    /// Three steps, each durable before the next, and each may be interrupted: the records before the end, the mark
    /// that keeps it (a later opening begins there, and numbers of lost records stay taken), zeros behind it. Of a file
    /// that cannot be read as a whole nothing is changed, since a later opening may read more.
    /// </remarks>
    /// <param name="disk">Where the mark goes.</param>
    /// <param name="image">The file, at least from the mark on.</param>
    internal SegmentIndex Run(IDisk disk, SegmentImage image)
    {
        var bytes = image.Bytes;
        var none = new SequenceNumber(long.MaxValue);
        using var readable = ReadableSegment.Of(bytes, segment, mark);
        var scan = SegmentScan.Run(
            readable.BytesOf(bytes),
            segment.Header,
            mark,
            none,
            isSealed: false,
            checkpointsBefore,
            image.Unreadable);
        var end = scan.Cursor.Offset;
        Lost = scan.Lost;
        var found = TakenIn(scan, image);
        var index = new SegmentIndex(
            segment.Header.Salt,
            end,
            found > taken ? found : taken,
            scan.Points,
            null,
            scan.Checkpoints,
            IsMark: true);
        if (!segment.AvoidsMapping)
        {
            Report(scan, bytes[end..]);
            Keep(disk, bytes, scan, readable.ChecksumBefore(bytes, scan.Cursor), index);
        }
        else
        {
            // What a killed process had given to the kernel.
            file.Sync();
        }

        return index;
    }

    /// <summary>The newest number that the file can have held, if it cannot be read where it ends.</summary>
    private SequenceNumber TakenIn(SegmentScan scan, SegmentImage image)
    {
        var last = scan.Cursor.Last;
        var start = last < segment.FirstSequence ? segment.Header.EntriesOffset : scan.Cursor.Offset;
        if (!image.Unreadable.Meet(start, long.MaxValue))
        {
            return last;
        }

        var used = Math.Max(image.Bytes.LastIndexOfAnyExcept((byte)0) + 1, image.Unreadable.End);
        return new SequenceNumber(last.Value + ((used - start) / EntryFormat.RecordSizeBytesMin) + 1);
    }

    private void Keep(IDisk disk, ReadOnlySpan<byte> bytes, SegmentScan scan, uint chain, SegmentIndex index)
    {
        // What a killed process had handed to the kernel may not be on the device yet, and after a failed sync the
        // kernel no longer knows that it is not: it is written again, so that this sync is about these bytes.
        file.Write(scan.UnvouchedOffset, bytes[scan.UnvouchedOffset..index.EndOffset]);
        RepairChain(bytes, index.EndOffset, chain);
        file.Sync();
        if (IndexFile.TryKeep(disk, segment, index) || !scan.HasKeptNumbers)
        {
            WipeBehind(bytes, scan);
        }
    }

    private void Report(SegmentScan scan, ReadOnlySpan<byte> behind)
    {
        if (Lost.Count > 0)
        {
            _findings.Add($"{segment.Path} has damage inside: {Lost.Count} records cannot be read; the rest is whole.");
        }

        // Behind the end of a file that was used before stand old bytes, which say nothing; so do those behind the end
        // that an earlier opening found, if nothing was written since.
        var isRecycled = (segment.Header.Flags & SegmentFlags.Recycled) != 0;
        var isKnown = mark?.EndOffset == scan.Cursor.Offset;
        if (scan.IsCut || (!isRecycled && !isKnown && behind.IndexOfAnyExcept((byte)0) >= 0))
        {
            _findings.Add(
                $"{segment.Path}{UnfinishedWrite}cut after record {scan.Cursor.Last}, at byte {scan.Cursor.Offset}.");
        }
    }

    /// <summary>
    /// Wipes as much behind the end as one frame can have, and the beginnings of all frames behind that: neither a
    /// later opening nor a reader that looks for the next valid entry behind damage may find one of a log that never
    /// was.
    /// </summary>
    private void WipeBehind(ReadOnlySpan<byte> bytes, SegmentScan scan)
    {
        Span<byte> zeros = stackalloc byte[PieceSizeBytes];
        zeros.Clear();
        var end = scan.Cursor.Offset;
        var isChanged = false;

        // The rest of a frame that is cut hangs on its base entry, which stays; an opening that was interrupted here
        // leaves the next one a mark at the end, and no sign that there was such a frame.
        var offset = end;
        var wipedEnd = Math.Min(bytes.Length, end + EntryFormat.FrameStartDistanceBytesMax);
        while (offset < wipedEnd)
        {
            var piece = bytes.Slice(offset, Math.Min(PieceSizeBytes, wipedEnd - offset));
            if (piece.ContainsAnyExcept((byte)0))
            {
                file.Write(offset, zeros[..piece.Length]);
                isChanged = true;
            }

            offset += piece.Length;
        }

        var cursor = new EntryCursor(segment.Header.Salt, end, default);
        for (; (offset = cursor.FindBase(bytes, offset, bytes.Length)) < bytes.Length; offset++)
        {
            file.Write(offset, zeros[..BaseEntry.EntrySizeBytes]);
            isChanged = true;
        }

        if (isChanged)
        {
            file.Sync();
        }
    }

    /// <summary>
    /// Where only an entry that is cut proves that the last checksum is wrong, it is put right: what comes next has to
    /// prove it too.
    /// </summary>
    private void RepairChain(ReadOnlySpan<byte> bytes, int end, uint right)
    {
        var offset = end - EntryFormat.ChecksumSizeBytes;
        if (right != EntryFormat.ChecksumAt(bytes, offset))
        {
            Span<byte> checksum = stackalloc byte[EntryFormat.ChecksumSizeBytes];
            BinaryPrimitives.WriteUInt32LittleEndian(checksum, right);
            file.Write(offset, checksum);
        }
    }
}
