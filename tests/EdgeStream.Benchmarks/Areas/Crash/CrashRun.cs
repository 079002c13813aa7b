using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Crash;

/// <summary>A gateway, the devices that publish to it, and what was seen over its many lives.</summary>
/// <remarks>
/// Devices stop while the gateway is dead and go on after the audit, with what is unacknowledged first. So a kill
/// always
/// falls under load, and an audit always sees a stream that nobody writes.
/// </remarks>
internal sealed class CrashRun : IAsyncDisposable
{
    private const int PublisherCount = 4;
    private const int TopicsPerPublisher = 3;
    private const int Window = 20;
    private const int LifeMsMax = 400;
    private const int StartingLifeMsMax = 120;
    private const int OneInKillsWhileStarting = 6;

    private const string Config = """
        sensors:
          board:
            enabled: false
        rules: []
        streams:
          - name: readings
            shards: 2
        deliveries:
          - name: files
            bufferTime: 1s
            bufferSize: 256KiB
            folder:
              path: ../delivered
              sizeMax: 16GiB

        """;

    private static readonly TimeSpan DrainDeadline = TimeSpan.FromMinutes(2);

    private readonly GatewayLaunch _launch;
    private readonly string _delivered;
    private readonly Random _random;
    private readonly KeyedPublisher[] _publishers;
    private readonly StreamFollower<StoredMessage> _follower = new("readings", StoredMessage.From);
    private readonly List<double> _readyMs = [];
    private GatewayProcess? _gateway;
    private int _killsWhileStarting;

    /// <summary>Prepares a run; nothing is started.</summary>
    public CrashRun(TemporaryFolder folder, int seed)
    {
        _random = new Random(seed);
        _delivered = folder.Combine("delivered");
        _launch = QuietGateway.Launch(folder, Config);
        _publishers =
        [
            .. Enumerable.Range(1, PublisherCount).Select(
                number => new KeyedPublisher(_launch.MqttPort, $"device-{number}", TopicsPerPublisher, Window)),
        ];
    }

    /// <summary>Starts the gateway for the first time.</summary>
    public Task StartAsync() => RestartAsync();

    /// <summary>Lets the devices publish for a random time, then kills the gateway under them.</summary>
    public async Task KillAsync()
    {
        using var stopping = new CancellationTokenSource();
        var running = Task.WhenAll(_publishers.Select(publisher => Task.Run(() => publisher.RunAsync(stopping.Token))));
        var before = AcknowledgedCount();
        await Poll.UntilAsync(() => running.IsFaulted || AcknowledgedCount() > before);
        await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(_random.Next(LifeMsMax))));
        _gateway!.Kill9();
        await stopping.CancelAsync();
        await running;
        await _gateway.DisposeAsync();
    }

    /// <summary>Starts the gateway again; now and then it is killed once more while it recovers.</summary>
    public async Task RestartAsync()
    {
        while (_readyMs.Count > 0 && _random.Next(OneInKillsWhileStarting) == 0)
        {
            await using var starting = GatewayProcess.Start(_launch);
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(StartingLifeMsMax)));
            starting.Kill9();
            _killsWhileStarting++;
        }

        var started = TimeProvider.System.GetTimestamp();
        _gateway = await GatewayProcess.StartReadyAsync(_launch);
        _readyMs.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <summary>Compares the stream with what the devices know so far.</summary>
    public async Task<PublishedAudit> AuditAsync()
    {
        await _follower.ReadAsync(_gateway!.Api);
        return PublishedAudit.Of(_publishers, _follower.Records);
    }

    /// <summary>Has every device acknowledged and every record delivered, then audits everything from the
    /// start.</summary>
    public async Task<CrashOutcome> FinishAsync()
    {
        using var deadline = new CancellationTokenSource(DrainDeadline);
        await Task.WhenAll(_publishers.Select(publisher => publisher.DrainAsync(deadline.Token)));
        var whole = new StreamFollower<StoredMessage>("readings", StoredMessage.From);
        await whole.ReadAsync(_gateway!.Api);
        await AuditAsync();
        var audit = PublishedAudit.Of(_publishers, whole.Records);

        // What was read piece by piece over the restarts must be what is read in one go at the end.
        var changed = whole.Records.Except(_follower.Records).Count() + _follower.Records.Except(whole.Records).Count();
        var delivered = await DeliveredAsync(whole.Records.Count);
        var distinct = delivered.ToHashSet();
        return new CrashOutcome
        {
            Audit = audit,
            OtherViolations = audit.UnknownCount + whole.Gaps.Count + _follower.Gaps.Count + changed,
            KillsWhileStarting = _killsWhileStarting,
            StoredCount = whole.Records.Count,
            UndeliveredCount = whole.Records.Count(message => !distinct.Contains(message)),
            DeliveredTwiceCount = delivered.Count - distinct.Count,
            DeliveredFiles = DeliveredFolder.Files(_delivered).Count,
            ReadyMsMedian = Statistic.Median(_readyMs),
            ReadyMsMax = _readyMs.Max(),
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }
    }

    private int AcknowledgedCount() => _publishers.Sum(publisher => publisher.AcknowledgedCount);

    /// <summary>Waits for the backlog to be gone, then reads every file.</summary>
    private async Task<IReadOnlyList<StoredMessage>> DeliveredAsync(int count)
    {
        await Poll.UntilAsync(
            async () =>
            {
                var delivery = await _gateway!.Api.FindAsync("/api/deliveries", "deliveries", "name", "files");
                return delivery?.GetProperty("backlogRecords").GetInt64() == 0;
            },
            DrainDeadline,
            () => $"{count} records are to be delivered.\n{_gateway!.Output}");
        return DeliveredFolder.ReadAll(_delivered, StoredMessage.From);
    }
}
