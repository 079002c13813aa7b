using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Notices when the wall clock is set, and remembers durably what that says of earlier times.</summary>
/// <remarks>
/// The difference between wall and monotonic time is the same until somebody sets the clock. When it has changed, the
/// clock was wrong before and is right now: all records of this start of the machine are read with the new
/// difference. But the clock is believed only from 2024 on; a leap second and a sleep of the machine change the
/// difference from then on and say nothing of what was before, and neither does a step forward of a clock that a time
/// server has kept until then: a virtual machine was paused. A start of the machine whose clock is not set goes on
/// from the latest time that is known, as fake-hwclock does, until it is. One caller at a time, except for
/// <see cref="Status"/>.
/// </remarks>
internal sealed class ClockLedger(
    IDisk disk, string folder, LogClock clock, TimeProvider timeProvider, MachineBoot boot)
{
    private const int ReadTriesMax = 3;
    private const long ReadTimeMicrosecondsMax = 20_000;
    private const long LeapToleranceMicroseconds = 100_000;
    private const long SecondMicroseconds = 1_000_000;
    private static readonly TimeSpan TimeSaveInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeapNearness = TimeSpan.FromSeconds(10);

    private readonly List<ClockLine> _older = [];
    private readonly List<ClockLine> _present = [];
    private ClockStatus _status = new();
    private Timestamp _known;
    private long _savedAt;
    private bool _isUnsaved;
    private bool _wasSynchronized;

    /// <summary>What is known of the clock now.</summary>
    internal ClockStatus Status => Volatile.Read(ref _status);

    private ClockLine Last
    {
        get => _present[^1];
        set => _present[^1] = value;
    }

    /// <summary>Reads what is known of earlier starts of the machine; records can be read with it.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal void Load()
    {
        var file = ClockFile.Read(disk, folder);
        foreach (var line in file.Lines)
        {
            (line.Regime.BootOrdinal == clock.BootOrdinal ? _present : _older).Add(line);
        }

        _known = file.Known;
        Publish();
    }

    /// <summary>Looks at the clock for the first time; before anything is appended to a stream.</summary>
    /// <param name="newestRecord">The right arrival time of the newest record, asked only if it is needed.</param>
    internal void Begin(Func<Timestamp> newestRecord)
    {
        var (wall, monotonic) = ReadClocks();
        _savedAt = timeProvider.GetTimestamp();
        var isNew = _present.Count == 0;
        if (isNew)
        {
            var offset = wall.UnixMicroseconds - monotonic;
            var regime = new ClockRegime(clock.BootOrdinal, 0, offset);
            _present.Add(new ClockLine(regime, boot.ReadSuspendedMicroseconds(), false));
            _isUnsaved = true;
        }

        if (isNew && wall < ClockCorrections.ClockSet)
        {
            var newest = newestRecord();
            var known = newest > _known ? newest : _known;
            Assume(known, monotonic);
        }

        Tick();
    }

    /// <summary>Looks whether the clock was set. Called about once a second; never throws.</summary>
    internal void Tick()
    {
        var (wall, monotonic) = ReadClocks();
        var isSet = wall >= ClockCorrections.ClockSet;
        var difference = wall.UnixMicroseconds - Last.Regime.At(monotonic).UnixMicroseconds;
        if (Math.Abs(difference) >= ClockCorrections.ToleranceMicroseconds)
        {
            Look(isSet, wall, monotonic, difference);
        }

        _wasSynchronized = isSet && boot.ReadIsSynchronized();
        var status = Status;
        var isAssumed = !isSet && Last.IsCorrected;
        if (status.IsSet != isSet || status.IsAssumed != isAssumed)
        {
            Volatile.Write(ref _status, status with { IsSet = isSet, IsAssumed = isAssumed });
        }

        if (_isUnsaved || timeProvider.GetElapsedTime(_savedAt) >= TimeSaveInterval)
        {
            Save();
        }
    }

    /// <summary>Remembers the time, for a start of the machine that does not know it.</summary>
    internal void Close()
    {
        if (_present.Count > 0)
        {
            Save();
        }
    }

    private void Look(bool isSet, Timestamp wall, long monotonic, long difference)
    {
        var suspended = boot.ReadSuspendedMicroseconds();
        var slept = suspended - Last.SuspendedMicroseconds;
        if (!isSet)
        {
            // The clock has fallen back to before it can be: what it says from now on is to be put right.
            MarkCorrected();
        }
        else if (slept >= ClockCorrections.ToleranceMicroseconds)
        {
            Continue(monotonic, slept, suspended);
        }
        else if (IsLeapSecond(wall, difference) || (_wasSynchronized && difference > 0))
        {
            Continue(monotonic, difference, suspended);
        }
        else
        {
            Shift(difference);
        }
    }

    /// <summary>What was said before is right, and so is what is said from now on.</summary>
    private void Continue(long monotonic, long change, long suspended)
    {
        var next = new ClockRegime(
            clock.BootOrdinal, monotonic, Last.Regime.OffsetMicroseconds + change);
        _present.Add(new ClockLine(next, suspended, Last.IsCorrected));
        _isUnsaved = true;
        Publish();
    }

    /// <summary>What was said before in this start of the machine was wrong by as much.</summary>
    private void Shift(long difference)
    {
        for (var i = 0; i < _present.Count; i++)
        {
            var regime = _present[i].Regime;
            _present[i] = _present[i] with
            {
                Regime = regime with { OffsetMicroseconds = regime.OffsetMicroseconds + difference },
                IsCorrected = true,
            };
        }

        _isUnsaved = true;
        Publish();
        var status = Status;
        Volatile.Write(ref _status, status with
        {
            StepCount = status.StepCount + 1, LastStep = TimeSpan.FromMicroseconds(difference),
        });
    }

    private void Assume(Timestamp known, long monotonic)
    {
        if (known < ClockCorrections.ClockSet)
        {
            return;
        }

        var offset = known.UnixMicroseconds - monotonic;
        Last = Last with { Regime = Last.Regime with { OffsetMicroseconds = offset }, IsCorrected = true };
        Publish();
    }

    private void MarkCorrected()
    {
        if (!Last.IsCorrected && Last.Regime.At(0) >= ClockCorrections.ClockSet)
        {
            Last = Last with { IsCorrected = true };
            _isUnsaved = true;
            Publish();
        }
    }

    /// <summary>A second that UTC has twice or not at all, as the kernel steps over it at the end of a month.</summary>
    private static bool IsLeapSecond(Timestamp wall, long difference)
    {
        if (Math.Abs(Math.Abs(difference) - SecondMicroseconds) > LeapToleranceMicroseconds)
        {
            return false;
        }

        var now = wall.ToDateTimeOffset();
        var month = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return (now - month).Duration() <= LeapNearness || (month.AddMonths(1) - now).Duration() <= LeapNearness;
    }

    private void Publish() => clock.Corrections = new ClockFile([.. _older, .. _present], _known).Corrections;

    private void Save()
    {
        var now = clock.RightTime;
        _known = now > _known || now >= ClockCorrections.ClockSet ? now : _known;
        try
        {
            new ClockFile([.. _older, .. _present], _known).Write(disk, folder);
            _savedAt = timeProvider.GetTimestamp();
            _isUnsaved = false;
        }
        catch (IOException)
        {
            // A full or read-only disk: the streams' health tells, and the next tick tries again.
            _isUnsaved = true;
        }
    }

    /// <summary>Both clocks at one moment: read again when something came between.</summary>
    private (Timestamp Wall, long MonotonicMicroseconds) ReadClocks()
    {
        for (var tries = 1; ; tries++)
        {
            var before = clock.MonotonicMicroseconds;
            var wall = clock.WallTime;
            var after = clock.MonotonicMicroseconds;
            if (after - before <= ReadTimeMicrosecondsMax || tries == ReadTriesMax)
            {
                return (wall, before + ((after - before) / 2));
            }
        }
    }
}
