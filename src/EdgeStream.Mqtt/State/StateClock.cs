namespace EdgeStream.Mqtt;

/// <summary>Carries the broker's time over restarts.</summary>
/// <remarks>
/// Beside every commit stands what time the broker's clock and the wall clock showed. At a start the wall clock tells
/// how long the broker was away, and the broker's time is moved on by that. It is not moved where the wall clock is not
/// to be believed: it stood before 2024 then, it is behind what it was then, or more than five years passed. So a
/// clock that stepped back or boots in 1970 makes things last longer, never shorter. A step of the wall clock while the
/// broker runs has no effect; after one of more than five seconds the pair is written anew, so that the step is not
/// taken for time away.
/// </remarks>
internal sealed class StateClock
{
    /// <summary>2024-01-01: an earlier wall clock was never set.</summary>
    private const long WallMsMin = 1_704_067_200_000;

    private const long AwayMsMax = 5L * 366 * 24 * 60 * 60 * 1000;
    private const long StepMsMin = 5_000;

    private readonly BrokerClock _clock;
    private readonly StateJournal _journal;
    private long _writtenDifferenceMs;

    internal StateClock(BrokerClock clock, StateJournal journal)
    {
        _clock = clock;
        _journal = journal;
        journal.Clock = this;
    }

    internal static StateKey Key => new(StateKind.Clock, "", 0);

    /// <summary>When the last run stopped, in the broker's time; null where it did not stop in an orderly
    /// way.</summary>
    internal long? StoppedAtMs { get; private set; }

    /// <summary>Sets the broker's time from what the last run left.</summary>
    internal void Restore(ReadOnlySpan<byte> value)
    {
        ClockRecord last = ClockRecord.Decode(value);
        long awayMs = _clock.WallMs - last.WallMs;
        bool isBelievable = last.WallMs >= WallMsMin && awayMs is >= 0 and <= AwayMsMax;
        _clock.ContinueFrom(last.NowMs + (isBelievable ? awayMs : 0));
        StoppedAtMs = last.IsStop ? last.NowMs : null;
    }

    /// <summary>The pair as of now.</summary>
    internal ClockRecord Read(bool isStop = false)
    {
        var record = new ClockRecord(_clock.NowMs, _clock.WallMs, isStop);
        Volatile.Write(ref _writtenDifferenceMs, record.WallMs - record.NowMs);
        return record;
    }

    /// <summary>Something is kept from the last run: the pair is written, also to say that the broker runs.</summary>
    internal void Start() => _journal.Put(Key, Read(), isNew: false);

    /// <summary>Writes the pair anew where the wall clock was set. Called once a second.</summary>
    internal void Tick()
    {
        long differenceMs = _clock.WallMs - _clock.NowMs;
        if (_journal.HasKept && Math.Abs(differenceMs - Volatile.Read(ref _writtenDifferenceMs)) > StepMsMin)
        {
            _journal.Put(Key, Read(), isNew: false);
        }
    }

    /// <summary>The broker stops in an orderly way: connections that are open now end now.</summary>
    internal void Stop()
    {
        if (_journal.HasKept)
        {
            _journal.Put(Key, Read(isStop: true), isNew: false);
        }
    }
}
