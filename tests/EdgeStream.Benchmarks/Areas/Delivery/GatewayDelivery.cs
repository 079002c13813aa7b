using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>Lets the native gateway send its backlog.</summary>
internal static class GatewayDelivery
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    /// <summary>Starts a gateway on the backlog with a delivery that nobody had before, and waits until all is
    /// there.</summary>
    /// <param name="backlog">The log.</param>
    /// <param name="name">The delivery's name: it starts at the oldest record.</param>
    /// <param name="settings">Its keys, destination included, one a line.</param>
    public static async Task<DeliveryRun> RunAsync(Backlog backlog, string name, string settings)
    {
        using var folder = new TemporaryFolder("delivery");
        var launch = new GatewayLaunch
        {
            DataFolder = backlog.Folder,
            ConfigFile = folder.Write("edgestream.yaml", ConfigOf(backlog, name, settings)),
        };
        var started = TimeProvider.System.GetTimestamp();
        await using var gateway = await GatewayProcess.StartReadyAsync(launch);
        var memory = new MemoryPeak(() => ProcessMemory.Of(gateway.Id).AnonymousMiB);
        var delivered = 0L;
        await Poll.UntilAsync(
            async () =>
            {
                memory.Look();
                var status = await gateway.Api.FindAsync("/api/deliveries", "deliveries", "name", name);
                delivered = status?.GetProperty("deliveredRecords").GetInt64() ?? 0;
                return delivered >= backlog.RecordCount;
            },
            Deadline,
            () => $"{delivered} of {backlog.RecordCount} records are delivered. {gateway.Output}");
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var run = new DeliveryRun(seconds, ProcessTree.ProcessorSeconds(gateway.Id), memory.MostMiB);
        await gateway.TerminateAsync();
        return run;
    }

    private static string ConfigOf(Backlog backlog, string name, string settings) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        sensors:
          board:
            enabled: false
        rules: []
        streams:
          - name: readings
            durability: os
            retentionBytes: {backlog.StoredBytes * 2}
        deliveries:
          - name: {name}
            stream: readings
            {settings.ReplaceLineEndings("\n    ")}

        """);
}
