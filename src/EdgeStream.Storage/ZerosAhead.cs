namespace EdgeStream.Storage;

/// <summary>Writes zeros behind a log's end, so that the next commits go into blocks that were written.</summary>
/// <remarks>
/// The first write of a reserved block changes the file system's tree, and the sync behind it commits the journal too:
/// another flush and some 12 KiB. So the sync that needs this anyway takes a step's zeros with it, and those up to the
/// step's end are spared. A block is written twice for that. Where syncs bring more than <see cref="SyncedBytesMax"/>
/// that would cost more than the journal, so there are none; and none with the first sync since the segment was opened.
/// <para>
/// To whoever reads the file nothing changes: a reserved block reads as zeros too, whatever of this a power cut keeps.
/// Where an opening has left something behind the log's end, that counts no more once the first sync is done. A file
/// that is used again needs no zeros, and gets none. Used by one thread at a time.
/// </para>
/// </remarks>
/// <param name="segment">The segment that is being written.</param>
/// <param name="file">Its file.</param>
internal sealed class ZerosAhead(Segment segment, IDiskFile file)
{
    /// <summary>So much is written at a time at most: one sync of many takes longer by that.</summary>
    internal const int StepSizeBytesMax = 128 << 10;

    /// <summary>And at most such a part of the segment.</summary>
    internal const int StepsPerSegmentMin = 8;

    /// <summary>What a sync may bring to the device on average for zeros to be worth it; one, twice that.</summary>
    internal const int SyncedBytesMax = 16 << 10;

    /// <summary>A new sync counts for such a part of the average.</summary>
    private const int AveragePart = 4;

    private const int PageSizeBytes = 4 << 10;

    private static readonly byte[] Zeros = new byte[StepSizeBytesMax];

    private bool _isOfUse = (segment.Header.Flags & SegmentFlags.Recycled) == 0 && file.IsFirstWriteCostly;

    private readonly int _stepSizeBytes = Math.Min(StepSizeBytesMax, segment.SizeBytes / StepsPerSegmentMin);

    /// <summary>Before here everything was written once.</summary>
    private int _end = segment.VisibleEnd;

    /// <summary>What syncs have brought on average; 0 before the first one.</summary>
    private int _averageBytes;

    /// <summary>Writes the next step's zeros if the log's end has come to the end of the last one.</summary>
    /// <param name="end">Where what was written to the file ends.</param>
    /// <param name="syncedBytes">What the sync brings to the device that follows.</param>
    internal void WriteBeforeSync(int end, int syncedBytes)
    {
        var average = _averageBytes;
        _averageBytes = average == 0 ? syncedBytes : average + ((syncedBytes - average) / AveragePart);
        var isWorthIt = average is > 0 and <= SyncedBytesMax && syncedBytes <= 2 * SyncedBytesMax;
        var isDue = _isOfUse && isWorthIt && end > _end;
        _end = Math.Max(_end, end);
        var stepEnd = Math.Min((end + _stepSizeBytes) & ~(PageSizeBytes - 1), segment.SizeBytes);
        if (!isDue || stepEnd <= end)
        {
            return;
        }

        try
        {
            file.Write(end, Zeros.AsSpan(0, stepEnd - end));
            _end = stepEnd;
        }
        catch (IOException)
        {
            // The log can do without. What is wrong with the device, its own writes and syncs will say.
            _isOfUse = false;
        }
    }
}
