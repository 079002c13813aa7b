using EdgeStream.Gateway.Logging;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>The work that is due about once a second: retention, rates, device registry, failed streams, the
/// watchdog.</summary>
internal sealed class Heartbeat(GatewayParts parts, ServiceNotifier notifier, ILogger<Heartbeat> logger)
{
    private static readonly TimeSpan PeriodMax = TimeSpan.FromSeconds(1);

    private readonly HashSet<SegmentRot> _rotten = [];
    private readonly UpkeepWatch _upkeep = new(parts.Time, logger);
    private readonly ClockWatch _clock = new(parts.Time, logger);
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
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
        try
        {
            // What is known before retention's first turn is old; what that turn takes is told with the next beat.
            parts.Evictions.Tick(parts.Deliveries.Status());
            parts.Store.Tick();
            _clock.Tick(parts.Store.Clock);
            parts.Rates.Tick();
            NoteFailures();
            NoteRot();
            _upkeep.Tick(UpkeepWatch.FailuresOf(parts.Store));
            await parts.Wear.TickAsync();
            await parts.Devices.TickAsync(Timestamp.From(parts.Time.GetUtcNow()));
            TellWatchdog();
        }
        catch (Exception error)
        {
            // The beat must go on; without it retention stops. The watchdog was not told.
            logger.TickFailed(error);
        }
    }

    private void NoteRot()
    {
        foreach (var stream in parts.Store.Streams)
        {
            foreach (var rot in stream.Scrub.Rot)
            {
                if (_rotten.Add(rot))
                {
                    logger.SegmentRotten(stream.Name, rot.ToString());
                }
            }
        }
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
