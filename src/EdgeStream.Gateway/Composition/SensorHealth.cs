namespace EdgeStream.Gateway.Composition;

/// <summary>How sensors of the kernel and Modbus devices do, source by source.</summary>
internal static class SensorHealth
{
    /// <summary>A check for each source; one with something stale is degraded, and names the first.</summary>
    public static IEnumerable<HealthCheck> Of(LocalSources? sources)
    {
        foreach (var group in (sources?.KernelStatus ?? []).GroupBy(static sensor => sensor.Source))
        {
            yield return Of(group.Key, "sensors and lines", [.. group.Select(static sensor =>
                (sensor.Status.Name, sensor.Status.IsStale, sensor.Status.Problem))]);
        }

        foreach (var source in sources?.Modbus ?? [])
        {
            yield return Of(source.Options.Name, "Modbus devices", [.. source.Status.Select(static device =>
                (device.Name, device.IsStale, device.Problem))]);
        }
    }

    private static HealthCheck Of(string source, string what, (string Name, bool IsStale, string? Problem)[] parts)
    {
        var stale = Array.FindAll(parts, static part => part.IsStale);
        return stale.Length == 0
            ? new HealthCheck($"source {source}", HealthStatus.Healthy, $"{parts.Length} {what}")
            : new HealthCheck($"source {source}", HealthStatus.Degraded,
                $"{stale.Length} of {parts.Length} {what} give nothing; {stale[0].Name}: {stale[0].Problem}");
    }
}
