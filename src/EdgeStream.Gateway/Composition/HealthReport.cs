using EdgeStream.Delivery;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Composition;

/// <summary>How the gateway does: the worst of its checks.</summary>
/// <param name="Status">The worst status.</param>
/// <param name="Checks">What was looked at.</param>
internal sealed record HealthReport(HealthStatus Status, IReadOnlyList<HealthCheck> Checks)
{
    private const long FreeBytesLow = 256L << 20;

    private static readonly TimeSpan CertificateTimeLow = TimeSpan.FromDays(7);

    /// <summary>A sync that takes longer than this is no longer a matter of a busy disk.</summary>
    private static readonly TimeSpan SyncTimeMax = TimeSpan.FromSeconds(10);

    /// <summary>Looks at everything now.</summary>
    public static HealthReport Of(GatewayParts parts)
    {
        var checks = new List<HealthCheck>();
        AddStreams(checks, parts);
        AddClock(checks, parts);
        AddDeviceClocks(checks, parts);
        AddState(checks, parts);
        AddEncryption(checks, parts);
        AddDisk(checks, parts);
        AddConfiguration(checks, parts);
        AddDoors(checks, parts);
        AddKinesis(checks, parts);
        AddTurns(checks, parts);
        AddLoops(checks, parts);
        AddSources(checks, parts);
        checks.AddRange(SensorHealth.Of(parts.Sensors?.Local));
        AddRules(checks, parts);
        AddQueries(checks, parts);
        AddActions(checks, parts);
        AddDeliveries(checks, parts);
        return new HealthReport(checks.Max(check => check.Status), checks);
    }

    /// <summary>The status as the API spells it.</summary>
    public static string WordOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "failing",
    };

    private static void AddStreams(List<HealthCheck> checks, GatewayParts parts)
    {
        long lost = 0;
        var refusing = 0;
        foreach (var stream in parts.Store.Streams)
        {
            lost += stream.Statistics.LostRecords;
            if (stream.Failure is { } failure)
            {
                refusing++;
                checks.Add(new HealthCheck($"stream {stream.Name}", HealthStatus.Failing, failure.Message));
            }
            else if (stream.LacksNextSegment)
            {
                refusing += stream.IsDiskFull ? 1 : 0;
                var (cause, remedy) = stream.IsOverBudget
                    ? ("The disk budget is used up", "until it is raised or retention evicts")
                    : ("The disk is full", "until space is freed or retention evicts");
                checks.Add(new HealthCheck($"stream {stream.Name}", HealthStatus.Degraded, stream.IsDiskFull
                    ? $"{cause}: new records are refused {remedy}."
                    : $"{cause}: records are taken while the present segment has room, then refused {remedy}."));
            }
        }

        AddUnsynced(checks, parts);
        AddRot(checks, parts);
        AddSetAside(checks, parts);
        AddUpkeep(checks, parts);
        if (refusing > 0 && refusing == parts.Store.Streams.Count)
        {
            checks.Add(new HealthCheck("streams", HealthStatus.Failing, "No stream takes new records."));
            return;
        }

        checks.Add(new HealthCheck("streams", HealthStatus.Healthy,
            $"{parts.Store.Streams.Count} streams open, {lost} records lost to damage"));
    }

    /// <summary>Records that wait for the device much longer than their stream promises.</summary>
    private static void AddUnsynced(List<HealthCheck> checks, GatewayParts parts)
    {
        foreach (var stream in parts.Store.Streams)
        {
            var durability = stream.Definition.Durability;
            var age = stream.UnsyncedAge;
            if (durability.Kind != DurabilityKind.OperatingSystem
                && age > TimeSpan.FromMilliseconds(durability.IntervalMs) + SyncTimeMax)
            {
                checks.Add(new HealthCheck($"durability of {stream.Name}", HealthStatus.Degraded,
                    $"The disk is slow: the oldest record has waited {age.TotalSeconds:F0} s to be made durable."));
            }
        }
    }

    private static void AddRot(List<HealthCheck> checks, GatewayParts parts)
    {
        foreach (var stream in parts.Store.Streams)
        {
            var rot = stream.Scrub.Rot;
            if (rot.Count > 0)
            {
                checks.Add(new HealthCheck($"rot in {stream.Name}", HealthStatus.Degraded,
                    $"{rot.Count} old segments are damaged on disk, the first: {rot[0]}"));
            }
        }
    }

    /// <summary>What recovery could make nothing of takes room until somebody has looked at it.</summary>
    private static void AddSetAside(List<HealthCheck> checks, GatewayParts parts)
    {
        foreach (var stream in parts.Store.Streams)
        {
            AddSetAside(checks, $"set aside in {stream.Name}", stream.SetAside);
        }

        AddSetAside(checks, "set aside in the state", parts.Store.State.Log.SetAside);
    }

    private static void AddSetAside(List<HealthCheck> checks, string name, SetAsideFiles files)
    {
        if (files.Count > 0)
        {
            checks.Add(new HealthCheck(name, HealthStatus.Degraded,
                $"Files in which nothing could be read were set aside as '….damaged': {files.Count}, "
                    + $"{SizeText.Round(files.SizeBytes)}. They take room until somebody takes them away."));
        }
    }

    private static void AddUpkeep(List<HealthCheck> checks, GatewayParts parts)
    {
        foreach (var (name, failure) in UpkeepWatch.FailuresOf(parts.Store))
        {
            checks.Add(new HealthCheck($"upkeep of {name}", HealthStatus.Degraded, failure.ToString()));
        }
    }

    private static void AddClock(List<HealthCheck> checks, GatewayParts parts)
    {
        if (!parts.Store.Clock.IsSet)
        {
            checks.Add(new HealthCheck("clock", HealthStatus.Degraded,
                "The clock is not set. Set it, or let the machine reach a time server: earlier times follow."));
        }
    }

    /// <summary>The gateway does well with them; whoever reads their times should know.</summary>
    private static void AddDeviceClocks(List<HealthCheck> checks, GatewayParts parts)
    {
        var (count, example) = parts.Devices.FindClocksOff();
        if (count > 0)
        {
            checks.Add(new HealthCheck("device clocks", HealthStatus.Healthy,
                $"The clocks of {count} devices are off by more than 5 s, such as that of {example}: the routes' "
                    + "'deviceTime' says what becomes of their times."));
        }
    }

    /// <summary>Without the state nothing can remember how far it is.</summary>
    private static void AddState(List<HealthCheck> checks, GatewayParts parts)
    {
        var log = parts.Store.State.Log;
        if (log.Failure is { } failure)
        {
            checks.Add(new HealthCheck("state", HealthStatus.Failing,
                $"Progress, devices and sessions cannot be saved since a write failed: {failure.Message}"));
        }
        else if (log.LacksNextSegment)
        {
            checks.Add(new HealthCheck("state", HealthStatus.Degraded, log.IsDiskFull
                ? "The disk is full: progress, devices and sessions are not saved."
                : "The disk is full: progress, devices and sessions will soon not be saved."));
        }
    }

    /// <summary>Which keys are in use: one that is not may go.</summary>
    private static void AddEncryption(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.Store.Encryption is { } encryption)
        {
            var next = encryption.Current is { } key ? $"encrypted with {key}" : "not encrypted";
            var uses = string.Join(", ", parts.Store.KeyUse.Select(use => $"{use}: {use.Segments}"));
            checks.Add(new HealthCheck(
                "encryption", HealthStatus.Healthy, $"New segments are {next}; segments by key: {uses}"));
        }
    }

    private static void AddDisk(List<HealthCheck> checks, GatewayParts parts)
    {
        var use = StorageUse.Of(parts.Store, parts.Config.DataFolder);
        var status = use.FreeBytes < FreeBytesLow ? HealthStatus.Degraded : HealthStatus.Healthy;
        checks.Add(new HealthCheck(
            "disk", status, $"{SizeText.Round(use.FreeBytes)} free of {SizeText.Round(use.TotalBytes)}"));
    }

    private static void AddConfiguration(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.ReloadFailure is { } failure)
        {
            checks.Add(new HealthCheck("configuration", HealthStatus.Degraded, $"The last reload failed: {failure}"));
        }
    }

    /// <summary>Files of the MQTT server that are not as they should be, while there is time to mend them.</summary>
    private static void AddDoors(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.Doors.Failure is { } failure)
        {
            checks.Add(new HealthCheck(
                "mqtt", HealthStatus.Degraded, $"A file has changed and is not used: {failure}"));
        }

        if (parts.Doors.CertificateEnd is { } end && end - parts.Time.GetUtcNow() < CertificateTimeLow)
        {
            checks.Add(new HealthCheck("mqtt certificate", HealthStatus.Degraded,
                $"A certificate of the MQTT server ends at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
        }
    }

    private static void AddKinesis(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.Kinesis?.Failure is { } failure)
        {
            checks.Add(new HealthCheck(
                "kinesis", HealthStatus.Degraded, $"A file has changed and is not used: {failure}"));
        }

        if (parts.Kinesis?.CertificateEnd is { } end && end - parts.Time.GetUtcNow() < CertificateTimeLow)
        {
            checks.Add(new HealthCheck("kinesis certificate", HealthStatus.Degraded,
                $"The certificate of the Kinesis API ends at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
        }
    }

    /// <summary>What is due once a second: one part that fails is that part's trouble, all of it the gateway's.
    /// </summary>
    private static void AddTurns(List<HealthCheck> checks, GatewayParts parts)
    {
        var beat = parts.LastBeat;
        foreach (var turn in parts.Store.FailedTurns.Concat(beat?.Failed ?? []))
        {
            checks.Add(new HealthCheck(turn.Part, HealthStatus.Degraded,
                $"It is due once a second and has failed {turn.Times} times in a row: {turn.Error.Message}"));
        }

        if (beat is not null && beat.Failed.Count == beat.TurnCount)
        {
            checks.Add(new HealthCheck(
                "heartbeat", HealthStatus.Failing, "All that is due once a second fails, retention among it."));
        }
    }

    private static void AddLoops(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.Sensors?.Failure is { } sampling)
        {
            checks.Add(new HealthCheck("sensors", HealthStatus.Degraded, $"Sampling fails: {sampling.Message}"));
        }

        foreach (var failure in parts.Loops.RecentFailures)
        {
            checks.Add(new HealthCheck(
                failure.Part, HealthStatus.Degraded, $"It failed and began again: {failure.Error.Message}"));
        }
    }

    /// <summary>A server that is away keeps what it has for the gateway: someone should look.</summary>
    private static void AddSources(List<HealthCheck> checks, GatewayParts parts)
    {
        foreach (var source in parts.Sources.Status())
        {
            var state = source.Link.IsConnected ? "connected to" : "connecting to";
            checks.Add(source.Link.Problem is { } problem
                ? new HealthCheck($"source {source.Name}", HealthStatus.Degraded, $"{source.Target}: {problem}")
                : new HealthCheck($"source {source.Name}", HealthStatus.Healthy, $"{state} {source.Target}"));
        }
    }

    /// <summary>People may not hear of alerts.</summary>
    private static void AddActions(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.Alerting.Failure is { } failure)
        {
            checks.Add(new HealthCheck(
                "alert actions", HealthStatus.Degraded, $"The actions could not be started: {failure.Message}"));
        }

        foreach (var action in parts.Alerting.Actions)
        {
            var (name, waiting) = ($"action {action.Name}", $"{action.Waiting} alerts wait");
            checks.Add(action.LastError is { } error
                ? new HealthCheck(name, HealthStatus.Degraded, $"{error} {waiting}")
                : new HealthCheck(name, HealthStatus.Healthy, waiting));
        }
    }

    private static void AddRules(List<HealthCheck> checks, GatewayParts parts)
    {
        var failure = parts.Rules.Failure;
        checks.Add(failure is null
            ? new HealthCheck("rules", HealthStatus.Healthy, $"{parts.Rules.Status.Count} rules are evaluated")
            : new HealthCheck("rules", HealthStatus.Degraded, failure.Message));
    }

    private static void AddQueries(List<HealthCheck> checks, GatewayParts parts)
    {
        foreach (var query in parts.Queries.Status)
        {
            if (query.State != "running")
            {
                checks.Add(new HealthCheck($"query {query.Name}", HealthStatus.Degraded,
                    $"It is {query.State}: {query.Failure ?? "an output takes no rows."}"));
            }

            foreach (var table in query.Tables.Where(static table => table.Failure is not null))
            {
                checks.Add(new HealthCheck(
                    $"table {table.Name} of query {query.Name}", HealthStatus.Degraded, table.Failure!));
            }
        }
    }

    /// <summary>A destination that is away is what deliveries are made for: someone should look, nothing is lost
    /// yet.</summary>
    private static void AddDeliveries(List<HealthCheck> checks, GatewayParts parts)
    {
        if (parts.Deliveries.Failure is { } failure)
        {
            checks.Add(new HealthCheck(
                "deliveries", HealthStatus.Degraded, $"A delivery could not be started: {failure.Message}"));
        }

        if (parts.Firehose?.Failure is { } reason)
        {
            checks.Add(new HealthCheck("delivery streams", HealthStatus.Degraded, reason));
        }

        foreach (var delivery in parts.Deliveries.Status())
        {
            var waiting = $"{delivery.BacklogRecords} records wait";
            var name = $"delivery {delivery.Name}";
            if (parts.Evictions.IsRecent(delivery.Name))
            {
                checks.Add(new HealthCheck(name, HealthStatus.Degraded,
                    $"Records are evicted before they are delivered, {delivery.EvictedRecords} so far. {waiting}"));
                continue;
            }

            if (delivery.Breaker == BreakerState.Open)
            {
                waiting += "; one shard tries for all";
            }

            if (delivery.Hold == LinkHold.Month)
            {
                checks.Add(new HealthCheck(name, HealthStatus.Degraded,
                    $"The month's {SizeText.Round(delivery.BytesPerMonth ?? 0)} are used up, or too few are left for a "
                    + $"batch: {waiting} until {delivery.NextAttemptAt?.UtcDateTime:yyyy-MM-dd HH:mm} UTC."));
                continue;
            }

            if (delivery.Hold == LinkHold.Window)
            {
                waiting += $" for the delivery's window at {delivery.NextAttemptAt?.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
            }

            checks.Add(delivery.LastError is null
                ? new HealthCheck(name, HealthStatus.Healthy, waiting)
                : new HealthCheck(name, HealthStatus.Degraded, $"{delivery.LastError} {waiting}"));
        }
    }
}
