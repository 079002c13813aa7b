namespace EdgeStream.Storage;

/// <summary>
/// The committer's work on one log: take what was appended, write it, sync it if due, move the positions, and begin a
/// new segment where one is due.
/// </summary>
/// <remarks>
/// Used by the committer's thread only. The first failed write or sync ends all writing: it is never tried again.
/// </remarks>
internal sealed class LogWriter(
    IDisk disk,
    LogClock clock,
    SegmentChain segments,
    SegmentSpares spares,
    LogUpkeep upkeep,
    AppendQueue queue,
    LogPositions positions)
{
    private bool _isFileClosed;

    private ActiveSegment Active => segments.Active;

    /// <summary>Writes what waits, syncs if due, tells everybody, begins a segment if due.</summary>
    /// <returns>
    /// When unsynced bytes are next due for a sync, in monotonic microseconds; null if there are none.
    /// </returns>
    internal long? Commit(bool mustSync)
    {
        if (positions.Failure is not null || _isFileClosed)
        {
            queue.Skip();
            return null;
        }

        try
        {
            var batch = queue.Take();
            if (batch is not null)
            {
                positions.BeginCommit(batch.Last);
                Active.Write(batch);
            }

            upkeep.PrepareAhead(Active.Segment.VisibleEnd);
            var mustRoll = queue.MustRoll;
            Active.SyncIfDue(queue.Options.Durability, mustSync || mustRoll);
            Publish(batch);
            if (mustRoll)
            {
                Roll();
            }
        }
        catch (Exception error)
        {
            // Whatever it is, this thread serves other logs too, and nobody may wait for ever.
            Fail(error);
            return null;
        }

        var durability = queue.Options.Durability;
        return Active.UnsyncedBytes > 0 && durability.Kind == DurabilityKind.Interval
            ? Active.SyncDueAt(durability)
            : null;
    }

    /// <summary>
    /// Writes and syncs everything, marks the end so that the next opening need not scan, and closes the file.
    /// </summary>
    /// <remarks>A failed log is only closed.</remarks>
    internal void Close()
    {
        queue.Close();
        try
        {
            Commit(mustSync: true);
            if (positions.Failure is null)
            {
                Active.SaveIndex(positions.Visible);
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
        finally
        {
            _isFileClosed = true;
            Active.Close();
            queue.ReleaseWaiters();
            positions.Close();
        }
    }

    private void Publish(BatchBuffer? batch)
    {
        if (batch is not null)
        {
            Active.Publish(batch);
        }

        positions.EndCommit(batch?.Last ?? positions.Visible, isDurable: Active.UnsyncedBytes == 0);
    }

    /// <summary>
    /// Seals the active segment and begins the next one; on a full disk the active one stays and appends are refused.
    /// </summary>
    private void Roll()
    {
        Segment next;
        IDiskFile nextFile;
        uint chain;
        var newest = positions.Visible;
        var options = queue.Options;
        try
        {
            (next, nextFile, chain) = spares.Begin(options.SegmentSizeBytes, newest.Next, queue.LastChecksum, clock);
        }
        catch (DiskFullException)
        {
            queue.FinishRoll(isDiskFull: true);
            return;
        }

        // An empty segment that is too small for what comes is replaced, under its own name.
        var previous = Active;
        var isReplaced = previous.Segment.FirstSequence == next.FirstSequence;
        var sealedFile = isReplaced ? null : previous.Seal(newest);
        segments.Begin(new ActiveSegment(disk, clock, next, nextFile, []));
        queue.BeginSegment(next, chain);
        queue.FinishRoll(isDiskFull: false);
        if (sealedFile is null)
        {
            previous.Close();
        }
        else
        {
            upkeep.Finish(sealedFile);
        }
    }

    private void Fail(Exception error)
    {
        positions.Fail(error);
        queue.ReleaseWaiters();
    }
}
