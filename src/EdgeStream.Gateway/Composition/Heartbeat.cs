using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Composition;

/// <summary>The work that is due about once a second: retention, rates, device registry, failed streams, the
/// watchdog.</summary>
/// <remarks>
/// Each part has its turn whatever becomes of the others. What fails shows in the health until its turn succeeds, and
/// keeps the watchdog from nothing: a restart would not mend it, and records go on being taken meanwhile.
/// </remarks>
internal sealed class Heartbeat(GatewayParts parts, ServiceNotifier notifier, ILogger<Heartbeat> logger)
{
    private static readonly TimeSpan PeriodMax = TimeSpan.FromSeconds(1);

    private readonly UpkeepWatch _upkeep = new(parts.Time, logger);
    private readonly ClockWatch _clock = new(parts.Time, logger);
    private readonly ToldFailures<string> _turns = new(parts.Time);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private HashSet<SegmentRot> _rotten = [];
    private long _lastWatchdog;
    private bool _isWithheld;

    /// <summary>Beats until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var period = notifier.WatchdogPeriod is { } watchdog && watchdog < PeriodMax ? watchdog : PeriodMax;
        using var timer = new PeriodicTimer(period, parts.Time);
        do
        {
            await TickAsync();
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Does what is due now.</summary>
    public async Task TickAsync()
    {
        var round = new TurnRound(parts.LastBeat?.Failed ?? []);

        // What is known before retention's first turn is old; what that turn takes is told with the next beat.
        round.Give("eviction watch", () => parts.Evictions.Tick(parts.Deliveries.Status()));
        round.Give("retention", parts.Store.Tick);
        round.Give("clock watch", () => _clock.Tick(parts.Store.Clock));
        round.Give("rates", parts.Rates.Tick);
        round.Give("failure watch", NoteFailures);
        round.Give("rot watch", NoteRot);
        round.Give("upkeep watch", () => _upkeep.Tick(UpkeepWatch.FailuresOf(parts.Store)));
        await round.GiveAsync("wear", parts.Wear.TickAsync);
        await round.GiveAsync(
            "device registry", () => parts.Devices.TickAsync(Timestamp.From(parts.Time.GetUtcNow())).AsTask());
        parts.LastBeat = round;
        NoteTurns([.. parts.Store.FailedTurns, .. round.Failed]);
        TellWatchdog();
    }

    private void NoteTurns(List<FailedTurn> failed)
    {
        foreach (var turn in failed)
        {
            if (_turns.MustTell(turn.Part))
            {
                logger.TickFailed(turn.Error, turn.Part, turn.Times);
            }
        }

        foreach (var part in _turns.EndRound())
        {
            logger.TickRecovered(part);
        }
    }

    private void NoteRot()
    {
        HashSet<SegmentRot> found = [];
        foreach (var stream in parts.Store.Streams)
        {
            foreach (var rot in stream.Scrub.Rot)
            {
                if (found.Add(rot) && !_rotten.Contains(rot))
                {
                    logger.SegmentRotten(stream.Name, rot.ToString());
                }
            }
        }

        _rotten = found;
    }

    private void NoteFailures()
    {
        foreach (var stream in parts.Store.Streams)
        {
            if (stream.Failure is { } failure && _failed.Add(stream.Name))
            {
                logger.StreamFailed(stream.Name, failure);
            }
        }

        if (parts.Store.State.Log.Failure is { } stateFailure && _failed.Add("the gateway's state"))
        {
            logger.StateFailed(stateFailure);
        }
    }

    /// <summary>Half of the watchdog's time, and only while streams and state can be written: a restart may
    /// repair what failed.</summary>
    private void TellWatchdog()
    {
        if (notifier.WatchdogPeriod is not { } period)
        {
            return;
        }

        if (_failed.Count > 0)
        {
            if (!_isWithheld)
            {
                _isWithheld = true;
                logger.WatchdogWithheld($"failed: {string.Join(", ", _failed)}");
            }

            return;
        }

        var now = parts.Time.GetTimestamp();
        if (_lastWatchdog == 0 || parts.Time.GetElapsedTime(_lastWatchdog, now) >= period - (PeriodMax / 2))
        {
            _lastWatchdog = now;
            notifier.Watchdog();
        }
    }
}
