using System.Collections.Immutable;
using System.Runtime.ExceptionServices;

namespace EdgeStream.Storage;

/// <summary>Checks a log's sealed segments one after the other, over and over, at whatever rate it is called.</summary>
/// <remarks>One thread steps; any thread asks for the status.</remarks>
internal sealed class LogScrub
{
    /// <summary>A pass begins this long after the last one ended: reading wears nothing, but costs time.</summary>
    private static readonly TimeSpan PassInterval = TimeSpan.FromDays(1);

    /// <summary>
    /// A segment whose check threw is tried again after this time, then after twice as long each time.
    /// </summary>
    private const long RetryMicrosecondsMin = 1_000_000;
    private const long RetryMicrosecondsMax = 3600 * RetryMicrosecondsMin;

    private readonly Lock _gate = new();
    private readonly IDisk _disk;
    private readonly string _positionPath;
    private readonly LogClock _clock;
    private ScrubPosition _position;
    private SegmentCheck? _check;
    private ScrubStatus _status;
    private SequenceNumber? _failedAt;
    private long _retryAt;
    private long _retryMicroseconds;
    private bool _isRetry;
    private bool _isUnsaved;

    /// <summary>Goes on where the folder says that it was.</summary>
    internal LogScrub(IDisk disk, string folder, LogClock clock)
    {
        _disk = disk;
        _positionPath = Path.Combine(folder, ScrubPosition.FileName);
        _clock = clock;
        _position = ReadPosition(disk, _positionPath);
        _status = new ScrubStatus(0, 0, _position.LastPass, []);
    }

    /// <summary>What was done so far. What was found in a segment goes with it.</summary>
    /// <param name="oldest">The first record that is part of the log.</param>
    internal ScrubStatus StatusFrom(SequenceNumber oldest)
    {
        lock (_gate)
        {
            if (_status.Rot.Any(rot => rot.First < oldest))
            {
                _status = _status with { Rot = [.. _status.Rot.Where(rot => rot.First >= oldest)] };
            }

            return _status;
        }
    }

    /// <summary>Whether a segment is there whose check threw when it was its turn.</summary>
    internal bool HasFailed => _failedAt is not null;

    /// <summary>Checks the next piece; returns the bytes that were read, 0 if nothing is due.</summary>
    /// <remarks>
    /// May throw: the segment whose check does is passed over, and the newest such one tried again later; what
    /// cannot be noted is noted with the next step.
    /// </remarks>
    internal int Step(ImmutableArray<Segment> segments)
    {
        if (_failedAt < segments[0].FirstSequence)
        {
            _failedAt = null;
        }

        if (_check is null && !TryBegin(segments))
        {
            return _isUnsaved ? SavePosition() : 0;
        }

        var check = _check!;
        var read = 0;
        ExceptionDispatchInfo? failure = null;
        try
        {
            read = check.Step();
        }
        catch (Exception error)
        {
            failure = ExceptionDispatchInfo.Capture(error);
        }

        lock (_gate)
        {
            _status = _status with { CheckedBytes = _status.CheckedBytes + read };
        }

        if (check.IsDone || failure is not null)
        {
            _check = null;
            var first = check.Segment.FirstSequence;
            Finish(check, segments);
            if (failure is not null)
            {
                RetryLater(first);
                failure.Throw();
            }

            _failedAt = _failedAt == first ? null : _failedAt;
            SavePosition();
        }

        return Math.Max(1, read);
    }

    /// <summary>Adds what was found, here or by whoever else reads a sealed segment.</summary>
    internal void Report(SegmentRot rot)
    {
        lock (_gate)
        {
            if (_status.Rot.Count < ScrubStatus.RotCountMax && !_status.Rot.Contains(rot))
            {
                _status = _status with { Rot = [.. _status.Rot, rot] };
            }
        }
    }

    private void RetryLater(SequenceNumber first)
    {
        _retryMicroseconds = _failedAt == first
            ? Math.Min(2 * _retryMicroseconds, RetryMicrosecondsMax)
            : RetryMicrosecondsMin;
        _retryAt = _clock.MonotonicMicroseconds + _retryMicroseconds;
        _failedAt = first;
    }

    private bool TryBegin(ImmutableArray<Segment> segments)
    {
        _isRetry = _failedAt is not null && _clock.MonotonicMicroseconds >= _retryAt;
        if (_isRetry)
        {
            return TryBegin(segments, _failedAt!.Value);
        }

        // The clock may have been set back: then the time of the last pass says nothing.
        if (_position.LastPass is { } last
            && _position.Next <= SequenceNumber.First
            && _clock.WallTime >= last
            && _clock.WallTime.UnixMicroseconds - last.UnixMicroseconds < PassInterval.TotalMicroseconds)
        {
            return false;
        }

        return TryBegin(segments, _position.Next);
    }

    private bool TryBegin(ImmutableArray<Segment> segments, SequenceNumber next)
    {
        for (var i = 0; i < segments.Length - 1; i++)
        {
            if (segments[i].FirstSequence >= next)
            {
                _check = new SegmentCheck(_disk, segments[i], segments[i + 1].FirstSequence);
                return true;
            }
        }

        return false;
    }

    private void Finish(SegmentCheck check, ImmutableArray<Segment> segments)
    {
        var isLast = segments.Length < 2 || check.Segment.FirstSequence >= segments[^2].FirstSequence;
        _position = _isRetry ? _position
            : isLast
            ? new ScrubPosition(SequenceNumber.First, _clock.WallTime)
            : _position with { Next = check.Segment.FirstSequence.Next };
        lock (_gate)
        {
            _status = _status with
            {
                RepairedIndexes = _status.RepairedIndexes + (check.HasRepairedIndex ? 1 : 0),
                LastPass = _position.LastPass,
            };
        }

        if (check.Rot is { } rot)
        {
            Report(rot);
        }

        _isUnsaved = true;
    }

    private int SavePosition()
    {
        try
        {
            _disk.Replace(_positionPath, _position.ToBytes());
        }
        catch (DiskFullException)
        {
            // Then the next start begins the pass anew.
        }

        _isUnsaved = false;
        return 1;
    }

    private static ScrubPosition ReadPosition(IDisk disk, string path)
    {
        try
        {
            return ScrubPosition.Read(disk.TryRead(path));
        }
        catch (IOException)
        {
            // It only saves work.
            return ScrubPosition.Read(default);
        }
    }
}
