namespace EdgeStream.Storage;

/// <summary>
/// The committer's work on one log, in two steps so that many logs' syncs can overlap: <see cref="Write"/> gives the
/// kernel what was appended, <see cref="Finish"/> syncs it if due, moves the positions, and begins a new segment where
/// one is due.
/// </summary>
/// <remarks>
/// Used by one thread at a time. The first failed write or sync ends all writing: it is never tried again.
/// </remarks>
internal sealed class LogWriter(
    IDisk disk,
    LogClock clock,
    SegmentChain segments,
    SegmentSpares spares,
    LogUpkeep upkeep,
    AppendQueue queue,
    LogCheckpoints checkpoints,
    LogPositions positions)
{
    /// <summary>
    /// So many sealed segments of a relaxed log may wait for their sync. Few, so that recovery has little to look at;
    /// more than one, so that appends wait for the device only when it is slower than they are for long.
    /// </summary>
    internal const int UnsyncedSegmentsMax = 4;

    private BatchBuffer? _batch;
    private CheckpointMap? _takenCheckpoints;

    /// <summary>Sealed segments that were not synced when this was last looked at, oldest first.</summary>
    private SealedFile[] _unsynced = [];
    private bool _mustRoll;
    private bool _isSyncDue;
    private bool _isFileClosed;

    /// <summary>Whether this log is part of the committer's present round; the committer's own note.</summary>
    internal bool IsInRound { get; set; }

    /// <summary>
    /// Whether the last step found records: the committer then looks again soon, without being told.
    /// </summary>
    internal bool IsLingering { get; private set; }

    /// <summary>
    /// When unsynced bytes are next due for a sync, in monotonic microseconds; null if there are none.
    /// </summary>
    internal long? SyncDueAt
    {
        get
        {
            var durability = queue.Options.Durability;
            return !IsOver && durability.Kind == DurabilityKind.Interval && UnsyncedSince is { } since
                ? since + (durability.IntervalMs * 1000L)
                : null;
        }
    }

    /// <summary>
    /// Since when the oldest bytes that the kernel has and the device may not have have waited, in monotonic
    /// microseconds; null if there are none. Any thread may ask.
    /// </summary>
    internal long? UnsyncedSince
    {
        get
        {
            foreach (var file in Volatile.Read(ref _unsynced))
            {
                if (file.UnsyncedSince is { } since)
                {
                    return since;
                }
            }

            return Active.UnsyncedSince;
        }
    }

    private ActiveSegment Active => segments.Active;

    private bool IsAllSynced => Active.UnsyncedBytes == 0 && _unsynced.Length == 0;

    private bool IsOver => _isFileClosed || positions.Failure is not null;

    /// <summary>Takes what waits and gives it to the kernel.</summary>
    /// <param name="mustSync">Whether it is to be synced whatever the durability says.</param>
    internal void Write(bool mustSync = false)
    {
        IsLingering = false;
        if (IsOver)
        {
            // The failure may be that of the segment before, found by another thread.
            queue.Close();
            return;
        }

        try
        {
            // Decided once: what is written without a pad waits for the next round with its sync.
            _isSyncDue = mustSync || (SyncDueAt is { } dueAt && clock.MonotonicMicroseconds >= dueAt);
            _batch = queue.Take(
                Active.UnsyncedBytes, Active.MarkDueAt, ref _isSyncDue, out _takenCheckpoints);
            IsLingering = _batch is not null;
            if (_batch is not null)
            {
                Active.Write(_batch);
                upkeep.PrepareAhead(Active.Segment.VisibleEnd);
            }

            _mustRoll = queue.MustRoll;
        }
        catch (Exception error)
        {
            // Whatever it is, this thread serves other logs too, and nobody may wait for ever.
            Fail(error);
        }
    }

    /// <summary>Syncs if due, tells everybody, begins a segment if due.</summary>
    /// <returns>Whether anybody had waited for an acknowledgement.</returns>
    internal bool Finish()
    {
        if (IsOver)
        {
            // Who waits for room would wait for ever.
            queue.Close();
            return false;
        }

        try
        {
            SyncIfDue();
            if (_batch is not null)
            {
                Active.Publish(_batch);
            }

            var newest = _batch?.Last ?? positions.Visible;
            _batch = null;
            var hadWaiters = positions.EndCommit(newest, isDurable: IsAllSynced);
            if (_mustRoll)
            {
                Roll();
            }
            else if (IsAllSynced && _takenCheckpoints is not null)
            {
                Active.MarkIfDue(newest, _takenCheckpoints);
            }

            return hadWaiters;
        }
        catch (Exception error)
        {
            Fail(error);
            return false;
        }
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
            Write(mustSync: true);

            // What is written stays in this segment; the next opening begins another where one is due.
            _mustRoll = false;
            Finish();
            if (positions.Failure is null)
            {
                Active.SaveIndex(positions.Visible, checkpoints.Snapshot());
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
            positions.Close();
        }
    }

    /// <summary>Nobody writes this log any more: who waits for that is told, and who waits for room.</summary>
    internal void Abandon()
    {
        Fail(new IOException("The log was stopped before this was written."));
        positions.Close();
    }

    /// <summary>
    /// Syncs what has to be durable now, oldest first, so that what the device has of a log has no hole.
    /// </summary>
    private void SyncIfDue()
    {
        var unsyncedMax = _isSyncDue ? 0 : UnsyncedSegmentsMax - (_mustRoll ? 1 : 0);
        while (_unsynced.Length > 0 && (_unsynced.Length > unsyncedMax || _unsynced[0].UnsyncedSince is null))
        {
            _unsynced[0].Sync();
            Volatile.Write(ref _unsynced, _unsynced[1..]);
        }

        if (_isSyncDue)
        {
            Active.Sync();
        }
    }

    /// <summary>
    /// Seals the active segment and begins the next one; on a full disk the active one stays and appends are refused.
    /// </summary>
    private void Roll()
    {
        var newest = positions.Visible;
        var previous = Active;

        // An empty segment that is too small for what comes is replaced, under its own name.
        var isReplaced = previous.Segment.FirstSequence == newest.Next;
        var unsyncedCount = _unsynced.Length + (IsAllSynced || isReplaced ? 0 : 1);
        _mustRoll = false;
        var start = new SegmentStart(
            queue.Options.SegmentSizeBytes,
            newest.Next,
            positions.Durable,
            previous.Chain,
            checkpoints.Snapshot(),
            clock,
            queue.Options.Encryption?.Current,
            unsyncedCount);
        if (TryBegin(start) is not { } begun)
        {
            queue.FinishRoll(isDiskFull: true);
            return;
        }

        var next = begun.Segment;
        var sealedFile = isReplaced ? null : previous.Seal(newest, start.Checkpoints, positions);
        if (sealedFile is not null)
        {
            // Before anybody can see that it is sealed: until it is synced, nobody may take it for durable.
            upkeep.Finish(sealedFile);
            Volatile.Write(ref _unsynced, unsyncedCount > 0 ? [.. _unsynced, sealedFile] : []);
        }

        var active = new ActiveSegment(
            disk, clock, next, begun.File, begun.Points, begun.Chain, begun.WholeState);
        spares.Settle(begun.Slot, () => segments.Begin(active));
        if (sealedFile is not null)
        {
            upkeep.Continue();
        }

        queue.BeginSegment(next, next.VisibleEnd);
        queue.FinishRoll(isDiskFull: false);
        if (isReplaced)
        {
            previous.Close();
            DeleteIndex(previous.Segment);
        }
    }

    /// <summary>Makes the next segment before what else is on its way to the device; null without room.</summary>
    private BegunSegment? TryBegin(SegmentStart start)
    {
        upkeep.WriteBack.Hold();
        try
        {
            return SegmentRoom.TryMake(queue.Options.Space, spares, start);
        }
        finally
        {
            upkeep.WriteBack.Release();
        }
    }

    /// <summary>The index of a segment that was replaced says nothing of the one that has its name now.</summary>
    private void DeleteIndex(Segment segment)
    {
        try
        {
            disk.Delete(segment.IndexPath);
        }
        catch (IOException)
        {
            // It is ignored wherever it stays.
        }
    }

    private void Fail(Exception error)
    {
        positions.Fail(error);
        queue.Close();
    }
}
