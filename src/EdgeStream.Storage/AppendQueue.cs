using System.Runtime.CompilerServices;

namespace EdgeStream.Storage;

/// <summary>
/// What was appended and not yet written: gives records their sequence numbers, keeps the bytes in flight bounded, and
/// hands them to the committer a buffer at a time.
/// </summary>
/// <remarks>
/// Thread-safe. Producers fill one buffer while the committer writes the other. A producer only finds its place and
/// copies, under a gate that is held for some dozens of nanoseconds; the checksums are the committer's work.
/// <para>
/// The committer is told once when there is something (<i>queued</i>), and once more when somebody waits for it or a
/// frame is full (<i>hurried</i>). After each commit it looks again by itself until it finds nothing, so that producers
/// who do not wait need not wake it.
/// </para>
/// </remarks>
internal sealed class AppendQueue
{
    /// <summary>What a device writes at least, and what is not worth writing twice.</summary>
    private const int PageSizeBytes = 4 << 10;

    /// <summary>A commit is filled up to a page with at most this part of its own size.</summary>
    private const int PadPart = 4;

    /// <summary>
    /// A frame goes on over the writes of so long, if none is synced: its base entry has the wall time, which may be
    /// set meanwhile.
    /// </summary>
    private const long FrameMicrosecondsMax = 1_000_000;

    private readonly LogClock _clock;
    private readonly LogPositions _positions;
    private readonly LogCheckpoints _checkpoints;
    private SpinGate _gate;
    private ArrivalClock _arrivals;
    private ShardLogOptions _options;
    private BatchBuffer _filling;
    private BatchBuffer _committing;
    private TaskCompletionSource? _roomSource;
    private long _appended;
    private SegmentHeader _segment;
    private ulong? _keyId;
    private int _segmentSizeBytes;
    private int _takenEnd;
    private bool _isQueued;
    private bool _isHurried;
    private bool _isFull;
    private bool _isRolling;
    private bool _isDiskFull;
    private bool _isRefusing;
    private bool _isClosed;
    private bool _isSealed;
    private long _payloadBytes;

    internal AppendQueue(
        LogClock clock,
        LogPositions positions,
        LogCheckpoints checkpoints,
        ShardLogOptions options,
        OpenedShard opened)
    {
        _checkpoints = checkpoints;
        _clock = clock;
        _arrivals = new ArrivalClock(clock);
        _positions = positions;
        _options = options;
        _filling = new BatchBuffer(options.BufferSizeBytesMax);
        _committing = new BatchBuffer(options.BufferSizeBytesMax);
        _appended = opened.Last.Value;
        _segment = opened.Segments[^1].Header;
        _segmentSizeBytes = opened.Segments[^1].SizeBytes;
        _takenEnd = opened.EndOffset;
        SetCipher(opened.Segments[^1].Cipher);
    }

    internal ShardLogOptions Options
    {
        get => Volatile.Read(ref _options);
        set
        {
            _gate.Enter();
            Volatile.Write(ref _options, value);

            // Another key counts from the next record on, and so does all else that the quick way does not look at.
            _filling.LimitTo(0);
            _gate.Exit();
        }
    }

    /// <summary>The newest record that has a sequence number.</summary>
    internal SequenceNumber Appended => new(Volatile.Read(ref _appended));

    /// <summary>Whether appends are refused as <see cref="AppendStatus.Sealed"/>.</summary>
    internal bool IsSealed => Volatile.Read(ref _isSealed);

    /// <summary>Bytes of keys and values that were taken.</summary>
    internal long PayloadBytes => Volatile.Read(ref _payloadBytes);

    /// <summary>Whether there was no room on the disk for the next segment when it was last asked for.</summary>
    internal bool IsDiskFull => Volatile.Read(ref _isDiskFull);

    /// <summary>Whether an append was refused for that, and there has been no room since.</summary>
    internal bool IsRefusing => Volatile.Read(ref _isRefusing);

    /// <summary>Whether a new segment is due and everything for the present one was taken.</summary>
    internal bool MustRoll
    {
        get
        {
            _gate.Enter();
            var mustRoll = _isRolling && _filling.IsEmpty;
            _gate.Exit();
            return mustRoll;
        }
    }

    /// <summary>Gives a record its sequence number and copies its bytes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="eventTime">The producer's time, or null for the arrival time.</param>
    /// <param name="sequence">The record's number, if it was accepted.</param>
    /// <param name="mustSignal">Whether the committer has to be told.</param>
    internal AppendStatus TryAppend(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        Timestamp? eventTime,
        out SequenceNumber sequence,
        out bool mustSignal)
    {
        mustSignal = false;
        var size = (long)key.Length + value.Length;
        _gate.Enter();
        try
        {
            var isSimple = _filling.HasRoomFor(size + EntryFormat.RecordOverheadBytesMax)
                && size <= _options.RecordSizeBytesMax
                && key.Length <= EntryFormat.KeySizeBytesMax;
            var status = isSimple ? AppendStatus.Accepted : MakeRoom(key.Length, value.Length, out mustSignal);
            sequence = default;
            if (status == AppendStatus.Accepted)
            {
                sequence = new SequenceNumber(++_appended);
                _filling.AddRecord(sequence, _arrivals.Next(), eventTime, key, value);
                _payloadBytes += size;
            }

            return status;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Gives the records of a batch one range of sequence numbers, all of them or none.</summary>
    /// <param name="batch">At least one record.</param>
    /// <param name="first">The number of its first record, if it was accepted.</param>
    /// <param name="mustSignal">Whether the committer has to be told.</param>
    internal AppendStatus TryAppend(AppendBatch batch, out SequenceNumber first, out bool mustSignal)
    {
        mustSignal = false;
        first = default;
        if (batch.LargestKeySizeBytes > EntryFormat.KeySizeBytesMax
            || batch.LargestRecordSizeBytes > Options.RecordSizeBytesMax)
        {
            return AppendStatus.TooLarge;
        }

        var size = BatchSizeBytesMax(batch);
        _gate.Enter();
        try
        {
            var status = MakeRoom(size, batch, out mustSignal);
            if (status == AppendStatus.Accepted)
            {
                first = new SequenceNumber(_appended + 1);
                _filling.AddBatch(batch.RecordCount, batch.Checkpoints);
                AddRecords(batch);
                _payloadBytes += batch.SizeBytes;
            }

            return status;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Somebody waits for what is here; returns whether the committer has to be told.</summary>
    internal bool Hurry()
    {
        if (Volatile.Read(ref _isHurried))
        {
            return false;
        }

        _gate.Enter();
        var mustSignal = !_isHurried && !_filling.IsEmpty;
        _isHurried |= mustSignal;
        _gate.Exit();
        return mustSignal;
    }

    /// <summary>Completes when an append that was <see cref="AppendStatus.Busy"/> is worth trying again.</summary>
    internal Task WhenRoom()
    {
        _gate.Enter();
        try
        {
            return !_isClosed && (_isRolling || _isFull)
                ? (_roomSource ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Asks for a new segment; returns whether the committer has to be told.</summary>
    internal bool RequestRoll()
    {
        _gate.Enter();
        var mustSignal = !_isClosed && !_isRolling;
        if (mustSignal)
        {
            BeginRoll();
            _isQueued = _isHurried = true;
        }

        _gate.Exit();
        return mustSignal;
    }

    /// <summary>The committer takes what is there; null if there is nothing. Room for more is made at once.</summary>
    /// <param name="unsyncedBytes">Bytes that were written already and would be synced together with these.</param>
    /// <param name="markDueAt">The end of the segment's entries from which on a mark is due.</param>
    /// <param name="isSyncDue">
    /// Whether a sync follows. With <c>fsync</c> it always does: the durability is looked at under the gate, so that a
    /// record that came after it was changed is acknowledged as it says now.
    /// </param>
    /// <param name="checkpoints">The log's checkpoints as of the newest record that was taken, if a mark is due behind
    /// the sync; else null.</param>
    internal BatchBuffer? Take(
        int unsyncedBytes, int markDueAt, ref bool isSyncDue, out CheckpointMap? checkpoints)
    {
        TaskCompletionSource? room = null;
        _gate.Enter();
        _isHurried = false;
        isSyncDue |= Options.Durability.Kind == DurabilityKind.Fsync;
        if (isSyncDue)
        {
            PadToPage(unsyncedBytes);
        }

        _isQueued = !_filling.IsEmpty;
        if (_isQueued)
        {
            (_filling, _committing) = (_committing, _filling);
            _committing.SegmentOffset = _takenEnd;
            _committing.Last = new SequenceNumber(_appended);
            _takenEnd += _committing.SizeBytes;

            // Under the gate: the next record that gets a number belongs to the next commit, and so do its waiters.
            _positions.BeginCommit(_committing.Last);
            _filling.Reset();
            if (!isSyncDue && !_filling.IsEncrypted)
            {
                _filling.Continue(_committing);
            }

            _isFull = false;
            if (!_isRolling)
            {
                room = _roomSource;
                _roomSource = null;
            }
        }

        if (isSyncDue)
        {
            // Behind a sync a frame begins, also where nothing was left to take: it says what is durable, and recovery
            // may start there.
            _filling.EndFrameBefore(long.MaxValue);
        }

        checkpoints = isSyncDue && _takenEnd >= markDueAt ? _checkpoints.Snapshot() : null;
        var isTaken = _isQueued;
        _gate.Exit();
        room?.TrySetResult();
        return isTaken ? _committing : null;
    }

    /// <summary>From now on appends go to this segment, from here on.</summary>
    internal void BeginSegment(Segment next, int endOffset)
    {
        _gate.Enter();
        _segment = next.Header;
        _segmentSizeBytes = next.SizeBytes;
        _takenEnd = endOffset;
        _filling.EndFrameBefore(long.MaxValue);
        SetCipher(next.Cipher);
        _gate.Exit();
    }

    /// <summary>A new segment was made, or there was no room for it: who waits tries again.</summary>
    internal void FinishRoll(bool isDiskFull)
    {
        _gate.Enter();
        _isRolling = false;
        _isDiskFull = isDiskFull;
        _isRefusing &= isDiskFull;
        var room = _roomSource;
        _roomSource = null;
        _gate.Exit();
        room?.TrySetResult();
    }

    /// <summary>Refuses appends from now on; who waits for room learns it by trying again.</summary>
    internal void Close()
    {
        _gate.Enter();
        _isClosed = true;
        _filling.LimitTo(0);
        var room = _roomSource;
        _roomSource = null;
        _gate.Exit();
        room?.TrySetResult();
    }

    /// <summary>The most that a batch takes: its entry, its records, and the frames that begin among them.</summary>
    private static long BatchSizeBytesMax(AppendBatch batch)
    {
        var size = EntryFormat.BatchSizeOf(batch.RecordCount, batch.Checkpoints)
            + batch.SizeBytes + ((long)batch.RecordCount * EntryFormat.RecordOverheadBytesMax);
        return size + (((size / SegmentIndex.PointDistanceBytes) + 1) * SealedFrame.HeadSizeBytes);
    }

    /// <summary>Begins or ends to refuse appends as sealed; returns the newest record that was taken.</summary>
    internal SequenceNumber Seal(bool isSealed)
    {
        _gate.Enter();
        _isSealed = isSealed;
        _filling.LimitTo(0);
        var newest = new SequenceNumber(_appended);
        _gate.Exit();
        return newest;
    }

    /// <summary>The slow way: a first record, a new frame, a larger buffer, or a refusal.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private AppendStatus MakeRoom(int keySize, int valueSize, out bool mustSignal)
    {
        mustSignal = false;
        var isTooLarge = keySize > EntryFormat.KeySizeBytesMax
            || keySize + (long)valueSize > _options.RecordSizeBytesMax;
        var size = (long)keySize + valueSize + EntryFormat.RecordOverheadBytesMax + _filling.FrameHeadSizeBytes;
        return isTooLarge && !_isClosed ? AppendStatus.TooLarge : MakeRoom(size, null, out mustSignal);
    }

    private AppendStatus MakeRoom(long sizeBytes, AppendBatch? batch, out bool mustSignal)
    {
        var status = Admit(sizeBytes);
        if (status == AppendStatus.Accepted)
        {
            // The only step that may fail for want of memory: nothing has changed yet.
            _filling.EnsureRoom((int)sizeBytes);
        }

        if (status == AppendStatus.Accepted
            && batch is { Checkpoints.IsEmpty: false }
            && !_checkpoints.TrySet(batch.Checkpoints, _options.SegmentSizeBytes))
        {
            status = AppendStatus.TooLarge;
        }

        if (status == AppendStatus.Accepted)
        {
            if (_filling.IsEmpty)
            {
                _arrivals.Restart();
                _filling.EndFrameBefore(_clock.MonotonicMicroseconds - FrameMicrosecondsMax);
            }

            _filling.LimitTo(Math.Min(_options.BufferSizeBytesMax, _segmentSizeBytes - _takenEnd));
            if (_filling.NeedsBase || (batch is not null && _filling.IsEncrypted))
            {
                // A torn batch is cut away with its frame, which is encrypted as a whole: it begins one of its own.
                AddBase();
            }
        }

        var isUrgent = status == AppendStatus.Busy || _filling.SizeBytes >= SegmentIndex.PointDistanceBytes;
        mustSignal = (status is AppendStatus.Accepted or AppendStatus.Busy)
            && (!_isQueued || (isUrgent && !_isHurried));
        _isQueued |= mustSignal;
        _isHurried |= mustSignal && isUrgent;
        return status;
    }

    private AppendStatus Admit(long sizeBytes)
    {
        if (_isClosed)
        {
            return AppendStatus.Failed;
        }

        if (_isSealed)
        {
            return AppendStatus.Sealed;
        }

        if (sizeBytes > (_options.SegmentSizeBytes - SegmentHeader.SizeBytes) / 2)
        {
            return AppendStatus.TooLarge;
        }

        // A segment of an older format version, or with another key, is only read: the first append begins a new one.
        var hasRoom = _segment.IsAppendable
            && _keyId == _options.Encryption?.Current?.Id
            && sizeBytes <= _segmentSizeBytes - _takenEnd - _filling.SizeBytes;
        if (!_isRolling && !hasRoom)
        {
            if (_isDiskFull)
            {
                _isRefusing = true;
                return AppendStatus.DiskFull;
            }

            BeginRoll();
        }

        // What is larger than the buffer passes when it finds it not yet full, so that small records cannot keep it
        // out for ever.
        _isFull |= _filling.SizeBytes >= _options.BufferSizeBytesMax
            || (!_filling.IsEmpty && sizeBytes <= _options.BufferSizeBytesMax
                && _filling.SizeBytes + sizeBytes > _options.BufferSizeBytesMax);
        return _isRolling || _isFull ? AppendStatus.Busy : AppendStatus.Accepted;
    }

    private void AddRecords(AppendBatch batch)
    {
        foreach (var record in batch.Records)
        {
            if (_filling.NeedsBase)
            {
                AddBase();
            }

            _filling.AddRecord(
                new SequenceNumber(++_appended),
                _arrivals.Next(),
                record.EventTime,
                batch.KeyOf(record),
                batch.ValueOf(record));
        }
    }

    /// <summary>
    /// Lets what follows a sync begin on a page of its own where that costs little, so that it does not write one again
    /// that holds durable records. What was written since the last sync may need a frame for the pad alone.
    /// </summary>
    private void PadToPage(int syncedBytes)
    {
        var isAlone = _filling.IsEmpty && syncedBytes > 0 && !_isRolling;
        var needsBase = _filling.NeedsBase;
        var end = _takenEnd + (isAlone && needsBase ? _filling.FrameHeadSizeBytes : _filling.SizeBytes);
        var pad = -end & (PageSizeBytes - 1);
        pad += pad is > 0 and < EntryFormat.EntrySizeBytesMin ? PageSizeBytes : 0;
        var isWorthIt = pad > 0
            && pad <= (syncedBytes + _filling.SizeBytes) / PadPart
            && pad <= _segmentSizeBytes - end
            && (isAlone || !needsBase);
        if (!isWorthIt)
        {
            return;
        }

        if (needsBase)
        {
            _filling.EnsureRoom(_filling.FrameHeadSizeBytes);
            AddBase();
        }

        _filling.AddPad(pad);
    }

    private void AddBase()
    {
        _arrivals.Restart();
        _filling.AddBase(new BaseEntry(
            new SequenceNumber(_appended + 1),
            _clock.WallTime,
            _arrivals.Next(),
            _clock.BootOrdinal,
            _positions.Durable));
        _arrivals.Restart();
    }

    /// <summary>Nothing is in the filling buffer when the segment changes: it may lay its frames otherwise.</summary>
    private void SetCipher(SegmentCipher? cipher)
    {
        _keyId = cipher?.KeyId;
        _filling.IsEncrypted = _committing.IsEncrypted = cipher is not null;
    }

    private void BeginRoll()
    {
        _isRolling = true;
        _filling.LimitTo(0);
    }
}
