namespace EdgeStream.Storage;

/// <summary>
/// What was appended and not yet written: gives records their sequence numbers, keeps the bytes in flight bounded, and
/// hands them to the committer a buffer at a time.
/// </summary>
/// <remarks>
/// Thread-safe. Producers fill one buffer while the committer writes the other; a record that fits in neither the
/// buffer nor the segment has to wait.
/// </remarks>
internal sealed class AppendQueue
{
    private readonly Lock _gate = new();
    private readonly LogClock _clock;
    private readonly LogPositions _positions;
    private ShardLogOptions _options;
    private BatchBuffer _filling = new();
    private BatchBuffer _committing = new();
    private TaskCompletionSource? _roomSource;
    private Segment _segment;
    private SequenceNumber _appended;
    private int _appendOffset;
    private bool _isQueued;
    private bool _isRolling;
    private bool _isDiskFull;
    private bool _isClosed;

    internal AppendQueue(LogClock clock, LogPositions positions, ShardLogOptions options, OpenedShard opened)
    {
        _clock = clock;
        _positions = positions;
        _options = options;
        _segment = opened.Segments[^1];
        _appended = opened.Last;
        _appendOffset = opened.EndOffset;
        _filling.Reset(_segment.Header.Salt, _appendOffset, opened.LastChecksum);
    }

    internal ShardLogOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    /// <summary>Whether appends are refused for want of room on the disk.</summary>
    internal bool IsDiskFull => Volatile.Read(ref _isDiskFull);

    /// <summary>Whether a new segment is due and everything for the present one was taken.</summary>
    internal bool MustRoll
    {
        get
        {
            lock (_gate)
            {
                return _isRolling && _filling.IsEmpty;
            }
        }
    }

    /// <summary>What the chain of the next entry starts from.</summary>
    internal uint LastChecksum => _filling.LastChecksum;

    /// <summary>Gives a record its sequence number and copies its bytes.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="eventTime">The producer's time, or null for the arrival time.</param>
    /// <param name="sequence">The record's number, if it was accepted.</param>
    /// <param name="mustSignal">Whether the committer has to be told that there is work.</param>
    internal AppendStatus TryAppend(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        Timestamp? eventTime,
        out SequenceNumber sequence,
        out bool mustSignal)
    {
        lock (_gate)
        {
            var status = Admit(key.Length, value.Length);
            sequence = default;
            if (status == AppendStatus.Accepted)
            {
                sequence = _appended.Next;
                var monotonic = _clock.MonotonicMicroseconds;
                if (_filling.NeedsBase)
                {
                    _filling.AddBase(new BaseEntry(
                        sequence, _clock.WallTime, monotonic, _clock.BootOrdinal, _positions.Durable));
                }

                _filling.AddRecord(sequence, monotonic, eventTime, key, value);
                _appended = sequence;
            }

            mustSignal = !_isQueued && (status is AppendStatus.Accepted or AppendStatus.Busy);
            _isQueued |= mustSignal;
            return status;
        }
    }

    /// <summary>Completes when an append that was <see cref="AppendStatus.Busy"/> is worth trying again.</summary>
    internal Task WhenRoom()
    {
        lock (_gate)
        {
            var isBusy = _positions.Failure is null && !_isClosed && (_isRolling || !_filling.IsEmpty);
            return isBusy
                ? (_roomSource ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task
                : Task.CompletedTask;
        }
    }

    /// <summary>Asks for a new segment; returns whether the committer has to be told.</summary>
    internal bool RequestRoll()
    {
        lock (_gate)
        {
            if (_isClosed || _isRolling || _positions.Failure is not null)
            {
                return false;
            }

            _isRolling = true;
            var mustSignal = !_isQueued;
            _isQueued = true;
            return mustSignal;
        }
    }

    /// <summary>The committer takes what is there; null if there is nothing. Room for more is made at once.</summary>
    internal BatchBuffer? Take()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isQueued = false;
            if (_filling.IsEmpty || _positions.Failure is not null)
            {
                return null;
            }

            (_filling, _committing) = (_committing, _filling);
            _appendOffset += _committing.SizeBytes;
            _filling.Reset(_segment.Header.Salt, _appendOffset, _committing.LastChecksum);
            room = _isRolling ? null : _roomSource;
            _roomSource = _isRolling ? _roomSource : null;
        }

        room?.TrySetResult();
        return _committing;
    }

    /// <summary>The committer will not take anything any more, or not now.</summary>
    internal void Skip()
    {
        lock (_gate)
        {
            _isQueued = false;
        }
    }

    /// <summary>From now on appends go to another segment.</summary>
    /// <param name="next">The new segment.</param>
    /// <param name="chain">The checksum of its header.</param>
    internal void BeginSegment(Segment next, uint chain)
    {
        lock (_gate)
        {
            _segment = next;
            _appendOffset = next.Header.EntriesOffset;
            _filling.Reset(next.Header.Salt, _appendOffset, chain);
        }
    }

    /// <summary>A new segment was made, or there was no room for it: who waits tries again.</summary>
    internal void FinishRoll(bool isDiskFull)
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _isRolling = false;
            _isDiskFull = isDiskFull;
            room = TakeRoomSource();
        }

        room?.TrySetResult();
    }

    /// <summary>Refuses appends from now on.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }
    }

    /// <summary>Lets everybody who waits for room try again.</summary>
    internal void ReleaseWaiters()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            room = TakeRoomSource();
        }

        room?.TrySetResult();
    }

    private TaskCompletionSource? TakeRoomSource()
    {
        var room = _roomSource;
        _roomSource = null;
        return room;
    }

    private AppendStatus Admit(int keySize, int valueSize)
    {
        if (_positions.Failure is not null || _isClosed)
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

        // A segment of an older format version is only read: the first append begins a new one.
        var hasRoom = _segment.Header.IsAppendable
            && size <= _segment.SizeBytes - _appendOffset - _filling.SizeBytes;
        if (!_isRolling && !hasRoom)
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
}
