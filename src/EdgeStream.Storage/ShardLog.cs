using System.Collections.Immutable;

namespace EdgeStream.Storage;

/// <summary>
/// An append-only, ordered, durable log in a folder of preallocated segment files. The format is in the room's
/// README.
/// </summary>
/// <remarks>
/// Thread-safe. Any number of producers append, one <see cref="Committer"/> writes and syncs, any number of readers
/// read.
/// Three positions only move forward: <i>appended</i> (has a sequence number, lives in memory), <i>written</i> (the
/// kernel has
/// it), <i>durable</i> (the device has it). Readers see what is acknowledged: the durable position, or the written
/// one where
/// the durability says so. The first failed write or sync is remembered and ends all appends; reading goes on.
/// </remarks>
public sealed class ShardLog
{
    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly LogClock _clock;
    private readonly Committer _committer;
    private ImmutableArray<Segment> _segments;
    private ShardLogOptions _options;
    private ActiveSegment _active;
    private BatchBuffer _filling = new();
    private BatchBuffer _committing = new();
    private TaskCompletionSource? _roomSource;
    private TaskCompletionSource? _readerSource;
    private Exception? _failure;
    private SequenceNumber _appended;
    private SequenceNumber _visible;
    private SequenceNumber _durable;
    private int _appendOffset;
    private bool _isQueued;
    private bool _isRolling;
    private bool _isDiskFull;
    private bool _isClosed;
    private bool _isFileClosed;

    internal ShardLog(IDisk disk, LogClock clock, Committer committer, ShardLogOptions options, OpenedShard opened)
    {
        _disk = disk;
        _clock = clock;
        _committer = committer;
        _options = options;
        _segments = opened.Segments;
        _active = new ActiveSegment(disk, clock, _segments[^1], opened.ActiveFile, opened.ActivePoints);
        _appended = _visible = _durable = opened.Last;
        _appendOffset = opened.EndOffset;
        LostRecords = opened.LostRecords;
        RecoveryFindings = opened.Findings;
        _filling.Reset(_segments[^1].Header.Salt, _appendOffset, opened.LastChecksum);
    }

    /// <summary>What opening found damaged or cut, one line a finding.</summary>
    public IReadOnlyList<string> RecoveryFindings { get; }

    /// <summary>
    /// The settings; retention, durability and the size of the next segment may be replaced while it runs.
    /// </summary>
    public ShardLogOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    /// <summary>The newest record that readers see: the newest acknowledged one.</summary>
    public SequenceNumber NewestSequence
    {
        get
        {
            lock (_gate)
            {
                return _visible;
            }
        }
    }

    /// <summary>The newest record that the device has.</summary>
    public SequenceNumber DurableSequence
    {
        get
        {
            lock (_gate)
            {
                return _durable;
            }
        }
    }

    /// <summary>The oldest record that is kept; one past the newest where there is none.</summary>
    public SequenceNumber OldestSequence => Segments[0].FirstSequence;

    /// <summary>Records found damaged when the log was opened.</summary>
    public long LostRecords { get; }

    /// <summary>Bytes that the segment files take on disk.</summary>
    public long SizeBytes => LogExtent.SizeBytes(Segments);

    /// <summary>Bytes of log that are in use: sealed segments, and the active one up to its end.</summary>
    public long UsedBytes => LogExtent.UsedBytes(Segments);

    /// <summary>The first error of a write or sync; null while all is well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether appends are refused for want of room on the disk.</summary>
    public bool IsDiskFull => Volatile.Read(ref _isDiskFull);

    internal ImmutableArray<Segment> Segments
    {
        get
        {
            lock (_gate)
            {
                return _segments;
            }
        }
    }

    /// <summary>
    /// Gives a record its place. The bytes are copied; <see cref="WhenAcknowledged"/> tells when they are safe.
    /// </summary>
    /// <remarks>
    /// Allocates nothing once the buffers have grown to the load. On any other result nothing has changed.
    /// </remarks>
    public AppendStatus TryAppend(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, Timestamp? eventTime, out SequenceNumber sequence)
    {
        var mustSignal = false;
        AppendStatus status;
        lock (_gate)
        {
            status = Admit(key.Length, value.Length);
            sequence = default;
            if (status == AppendStatus.Accepted)
            {
                sequence = _appended.Next;
                var monotonic = _clock.MonotonicMicroseconds;
                if (_filling.NeedsBase)
                {
                    _filling.AddBase(new BaseEntry(
                        sequence, _clock.WallTime, monotonic, _clock.BootOrdinal, _durable));
                }

                _filling.AddRecord(sequence, monotonic, eventTime, key, value);
                _appended = sequence;
            }

            if (!_isQueued && (status is AppendStatus.Accepted or AppendStatus.Busy))
            {
                mustSignal = _isQueued = true;
            }
        }

        if (mustSignal)
        {
            _committer.Signal(this);
        }

        return status;
    }

    /// <summary>
    /// Completes when a record that <see cref="TryAppend"/> accepted is as safe as the durability promises.
    /// </summary>
    /// <exception cref="IOException">
    /// The write or sync failed; the record may or may not be found after the next opening.
    /// </exception>
    public Task WhenAcknowledged(SequenceNumber sequence)
    {
        lock (_gate)
        {
            if (sequence <= _visible)
            {
                return Task.CompletedTask;
            }

            if (_failure is not null)
            {
                return Task.FromException(new IOException(_failure.Message, _failure));
            }

            return sequence >= _filling.First && !_filling.IsEmpty
                ? _filling.WhenComplete()
                : _committing.WhenComplete();
        }
    }

    /// <summary>Completes when an append that was <see cref="AppendStatus.Busy"/> is worth trying again.</summary>
    public Task WhenRoom()
    {
        lock (_gate)
        {
            var isBusy = _failure is null && !_isClosed
                && (_isRolling || !_filling.IsEmpty);
            return isBusy
                ? (_roomSource ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    /// <summary>Completes when a record at or after this position is visible. Every waiter shares one task.</summary>
    /// <exception cref="OperationCanceledException">The log was closed.</exception>
    public Task WhenVisible(SequenceNumber sequence)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return Task.FromCanceled(new CancellationToken(canceled: true));
            }

            return sequence <= _visible
                ? Task.CompletedTask
                : (_readerSource ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Opens a reader at a sequence number, or at the oldest record if that one is gone.</summary>
    public LogReader OpenReader(SequenceNumber from) => new(this, from);

    /// <summary>
    /// The first record that arrived at or after a time, by the sparse index and a short scan; one past the newest if
    /// none did.
    /// </summary>
    public SequenceNumber FindByArrivalTime(Timestamp time) => LogReader.FindByArrivalTime(this, time);

    /// <summary>
    /// About how many bytes of log lie behind a record, by the segments' sizes and an even spread within the first.
    /// </summary>
    public long BytesAfter(SequenceNumber sequence) => LogExtent.BytesAfter(Segments, NewestSequence, sequence);

    /// <summary>
    /// Evicts whole sealed segments that retention no longer keeps; returns how many records went. Call it about once
    /// a second.
    /// </summary>
    /// <remarks>Also asks for a new segment where an old one is due, and tries again after the disk was full.</remarks>
    public long Tick()
    {
        var evicted = Retention.Apply(this, _clock, Options);
        var mustSignal = false;
        lock (_gate)
        {
            var isDue = !_isRolling && Retention.IsDueForRoll(_segments[^1], _visible, _clock, _options);
            if (!_isClosed && _failure is null && (isDue || _isDiskFull))
            {
                _isRolling = true;
                mustSignal = !_isQueued;
                _isQueued = true;
            }
        }

        if (mustSignal)
        {
            _committer.Signal(this);
        }

        return evicted;
    }

    /// <summary>
    /// Removes the sealed segments whose records all lie before a position; returns how many records went.
    /// </summary>
    public long EvictBefore(SequenceNumber sequence)
    {
        long count = 0;
        while (true)
        {
            Segment oldest;
            lock (_gate)
            {
                if (_segments.Length < 2 || _segments[1].FirstSequence > sequence)
                {
                    return count;
                }

                oldest = _segments[0];
                count += _segments[1].FirstSequence.Value - oldest.FirstSequence.Value;
                _segments = _segments.RemoveAt(0);
            }

            oldest.DeleteFiles();
        }
    }

    /// <summary>
    /// Writes and syncs everything, marks the end so that the next opening need not scan, and closes the file.
    /// </summary>
    /// <remarks>Called after the committer has stopped. A failed log is only closed.</remarks>
    internal void Close()
    {
        TaskCompletionSource? room;
        TaskCompletionSource? readers;
        lock (_gate)
        {
            _isClosed = true;
            room = _roomSource;
            readers = _readerSource;
        }

        try
        {
            Commit(mustSync: true);
            if (_failure is null)
            {
                _active.SaveIndex(_visible);
            }
        }
        catch (Exception error)
        {
            Fail(error);
        }
        finally
        {
            lock (_gate)
            {
                _isFileClosed = true;
            }

            _active.Close();
            room?.TrySetResult();
            readers?.TrySetCanceled();
        }
    }

    /// <summary>The index points of the segment that is being written; null when it is another one.</summary>
    internal IReadOnlyList<IndexPoint>? ActivePoints(Segment segment)
    {
        lock (_gate)
        {
            return _active.Segment == segment ? _active.Points : null;
        }
    }

    /// <summary>
    /// The committer's work on this log: write what waits, sync if due, tell everybody, begin a segment if due.
    /// </summary>
    /// <returns>
    /// When unsynced bytes are next due for a sync, in monotonic microseconds; null if there are none.
    /// </returns>
    internal long? Commit(bool mustSync)
    {
        if (IsOver())
        {
            return null;
        }

        try
        {
            var batch = TakeBatch();
            if (batch is not null)
            {
                _active.Write(batch);
            }

            var mustRoll = MustRoll;
            _active.SyncIfDue(Options.Durability, mustSync || mustRoll);
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

        var durability = Options.Durability;
        return _active.UnsyncedBytes > 0 && durability.Kind == DurabilityKind.Interval
            ? _active.SyncDueAt(durability)
            : null;
    }

    private bool MustRoll
    {
        get
        {
            lock (_gate)
            {
                return _isRolling && _filling.IsEmpty;
            }
        }
    }

    private AppendStatus Admit(int keySize, int valueSize)
    {
        if (_failure is not null || _isClosed)
        {
            return AppendStatus.Failed;
        }

        var size = (long)keySize + valueSize + EntryFormat.RecordOverheadBytesMax + BaseEntry.EntrySizeBytes;
        if (keySize > EntryFormat.KeySizeBytesMax
            || keySize + (long)valueSize > _options.RecordSizeBytesMax
            || size > (_options.SegmentSizeBytes - SegmentHeader.SizeBytes) / 2)
        {
            return AppendStatus.TooLarge;
        }

        if (!_isRolling && size > _segments[^1].SizeBytes - _appendOffset - _filling.SizeBytes)
        {
            if (_isDiskFull)
            {
                return AppendStatus.DiskFull;
            }

            _isRolling = true;
        }

        if (_isRolling)
        {
            return AppendStatus.Busy;
        }

        return !_filling.IsEmpty && _filling.SizeBytes + size > _options.BufferSizeBytesMax
            ? AppendStatus.Busy
            : AppendStatus.Accepted;
    }

    /// <summary>Whether nothing is written any more: a failed sync in particular is never tried again.</summary>
    private bool IsOver()
    {
        lock (_gate)
        {
            if (_failure is null && !_isFileClosed)
            {
                return false;
            }

            _isQueued = false;
            return true;
        }
    }

    private BatchBuffer? TakeBatch()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isQueued = false;
            if (_filling.IsEmpty || _failure is not null)
            {
                return null;
            }

            (_filling, _committing) = (_committing, _filling);
            _appendOffset += _committing.SizeBytes;
            _filling.Reset(_segments[^1].Header.Salt, _appendOffset, _committing.LastChecksum);
            room = _isRolling ? null : _roomSource;
            _roomSource = _isRolling ? _roomSource : null;
        }

        room?.TrySetResult();
        return _committing;
    }

    private void Publish(BatchBuffer? batch)
    {
        TaskCompletionSource? completion = null;
        TaskCompletionSource? readers = null;
        lock (_gate)
        {
            if (batch is not null)
            {
                _active.Publish(batch);
                _visible = batch.Last;
                completion = batch.TakeCompletion();
                readers = _readerSource;
                _readerSource = null;
            }

            _durable = _active.UnsyncedBytes == 0 ? _visible : _durable;
        }

        BatchBuffer.Complete(completion, null);
        readers?.TrySetResult();
    }

    /// <summary>
    /// Seals the active segment and begins the next one; on a full disk the active one stays and appends are refused.
    /// </summary>
    private void Roll()
    {
        Segment next;
        IDiskFile nextFile;
        uint chain;
        SequenceNumber newest;
        lock (_gate)
        {
            newest = _visible;
        }

        try
        {
            (next, nextFile, chain) = SegmentFile.Create(
                _disk, Options.Folder, Options.SegmentSizeBytes, newest.Next, _filling.LastChecksum, _clock);
        }
        catch (DiskFullException)
        {
            FinishRoll(isDiskFull: true);
            return;
        }

        // An empty segment that is too small for what comes is replaced, under its own name.
        var isReplaced = _active.Segment.FirstSequence == next.FirstSequence;
        if (isReplaced)
        {
            _active.Close();
        }
        else
        {
            _active.Seal(newest);
        }

        lock (_gate)
        {
            _active = new ActiveSegment(_disk, _clock, next, nextFile, []);
            _segments = (isReplaced ? _segments.RemoveAt(_segments.Length - 1) : _segments).Add(next);
            _appendOffset = SegmentHeader.SizeBytes;
            _filling.Reset(next.Header.Salt, _appendOffset, chain);
        }

        FinishRoll(isDiskFull: false);
    }

    private void FinishRoll(bool isDiskFull)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isRolling = false;
            _isDiskFull = isDiskFull;
            room = _roomSource;
            _roomSource = null;
        }

        room?.TrySetResult();
    }

    private void Fail(Exception error)
    {
        TaskCompletionSource?[] waiters;
        TaskCompletionSource? room;
        lock (_gate)
        {
            _failure ??= error;
            waiters = [_committing.TakeCompletion(), _filling.TakeCompletion()];
            room = _roomSource;
            _roomSource = null;
        }

        foreach (var waiter in waiters)
        {
            BatchBuffer.Complete(waiter, _failure);
        }

        room?.TrySetResult();
    }
}
