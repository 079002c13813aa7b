using EdgeStream.Gateway.Config;

namespace EdgeStream.Gateway.Composition;

/// <summary>How the gateway does: the worst of its checks.</summary>
/// <param name="Status">The worst status.</param>
/// <param name="Checks">What was looked at.</param>
internal sealed record HealthReport(HealthStatus Status, IReadOnlyList<HealthCheck> Checks)
{
    private const long FreeBytesLow = 256L << 20;

    /// <summary>Looks at everything now.</summary>
    public static HealthReport Of(GatewayParts parts)
    {
        var checks = new List<HealthCheck>();
        AddStreams(checks, parts);
        AddDisk(checks, parts);
        AddConfiguration(checks, parts);
        AddRules(checks, parts);
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
        foreach (var stream in parts.Store.Streams)
        {
            lost += stream.Statistics.LostRecords;
            if (stream.Failure is { } failure)
            {
                checks.Add(new HealthCheck($"stream {stream.Name}", HealthStatus.Failing, failure.Message));
            }
        }

        checks.Add(new HealthCheck("streams", HealthStatus.Healthy,
            $"{parts.Store.Streams.Count} streams open, {lost} records lost to damage"));
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

    private static void AddRules(List<HealthCheck> checks, GatewayParts parts)
    {
        var failure = parts.Rules.Failure;
        checks.Add(failure is null
            ? new HealthCheck("rules", HealthStatus.Healthy, $"{parts.Rules.Status.Count} rules are evaluated")
            : new HealthCheck("rules", HealthStatus.Degraded, failure.Message));
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

        foreach (var delivery in parts.Deliveries.Status())
        {
            var waiting = $"{delivery.BacklogRecords} records wait";
            var name = $"delivery {delivery.Name}";
            checks.Add(delivery.LastError is null
                ? new HealthCheck(name, HealthStatus.Healthy, waiting)
                : new HealthCheck(name, HealthStatus.Degraded, $"{delivery.LastError} {waiting}"));
        }
    }
}
