namespace EdgeStream.Storage;

/// <summary>A segment that is not written any more and still lacks its index file, and maybe its last sync.</summary>
/// <remarks>
/// Thread-safe. With relaxed durability the next segment is begun before the device has all of this one; the index file
/// is written after that, so whoever finds it knows that the segment is durable, and those before it: they are synced
/// in order.
/// </remarks>
internal sealed class SealedFile(
    IDisk disk, Segment segment, IDiskFile file, SegmentIndex index, LogPositions positions, long? unsyncedSince)
    : IDisposable
{
    private readonly Lock _syncing = new();
    private bool _isSynced = unsyncedSince is null;
    private bool _isWaitedFor;

    /// <summary>Whether the device has all of it.</summary>
    internal bool IsSynced => Volatile.Read(ref _isSynced);

    /// <summary>
    /// Since when the oldest of its bytes have waited for a sync, in monotonic microseconds; null if none do.
    /// </summary>
    internal long? UnsyncedSince => IsSynced ? null : unsyncedSince;

    /// <summary>
    /// Whether the device lacks a part for good: a sync of the log has failed, and is never tried again.
    /// </summary>
    internal bool IsHopeless => !IsSynced && positions.Failure is not null;

    /// <summary>Makes the segment durable, waiting for whoever is at it already; the log's positions follow.</summary>
    /// <param name="writeBack">Hands it to the device in pieces before; null where this log waits for it.</param>
    /// <exception cref="IOException">The sync failed, now or before: the log has failed, and knows it.</exception>
    internal void Sync(PacedWriteBack? writeBack = null)
    {
        if (writeBack is null)
        {
            Volatile.Write(ref _isWaitedFor, true);
        }

        lock (_syncing)
        {
            if (_isSynced)
            {
                return;
            }

            if (positions.Failure is { } failure)
            {
                throw new IOException(failure.Message, failure);
            }

            try
            {
                // Within the lock: an error of the device is told to one of the two alone.
                writeBack?.Run(file, index.EndOffset, () => Volatile.Read(ref _isWaitedFor));
                file.Sync();
            }
            catch (Exception error)
            {
                positions.Fail(error);
                throw;
            }

            Volatile.Write(ref _isSynced, true);
            positions.MoveDurable(index.LastSequence);
        }
    }

    /// <summary>
    /// Makes it durable and writes the index file; a mostly empty segment gives the rest of its room back.
    /// </summary>
    /// <remarks>
    /// The index has the checksum of the whole segment if all of it was written by this process. Otherwise what was
    /// there before may be damaged since: checking gives it one, once it has verified every entry.
    /// The index only saves work, so a full disk may refuse it. May be called again after it threw, until the file
    /// is closed.
    /// </remarks>
    internal void Finish(PacedWriteBack writeBack)
    {
        Sync(writeBack);
        segment.TryWithFiles(Save);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private void Save()
    {
        if (segment.IsCompressed)
        {
            // Its block table is its index already, and the file that was written to is gone.
            return;
        }

        var isMostlyEmpty = !segment.AvoidsMapping
            && index.EndOffset < segment.SizeBytes - SegmentIndex.PointDistanceBytes;
        try
        {
            disk.Replace(segment.IndexPath, index.ToBytes(segment.Cipher));
        }
        catch (DiskFullException)
        {
            // The room is given back all the same: a full disk needs it most.
        }

        if (isMostlyEmpty)
        {
            file.Truncate(index.EndOffset);
        }

        segment.Seal(index, isMostlyEmpty ? index.EndOffset : segment.SizeBytes);
    }
}
