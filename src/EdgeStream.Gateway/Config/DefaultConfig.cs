using EdgeStream.Devices;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>What counts where the file says nothing: the lists that can't stand as a key's default.</summary>
internal static class DefaultConfig
{
    private const int SmallSegmentBytes = 4 << 20;
    private const long SmallRetentionBytes = 64 << 20;

    /// <summary>The streams that always exist. Alerts and dead letters are few, so they are kept small and long.</summary>
    public static readonly IReadOnlyList<StreamDefinition> Streams =
    [
        new() { Name = StreamNames.Readings },
        new()
        {
            Name = StreamNames.Alerts, RetentionAge = TimeSpan.FromDays(90),
            RetentionBytes = SmallRetentionBytes, SegmentSizeBytes = SmallSegmentBytes,
        },
        new()
        {
            Name = StreamNames.DeadLetter, RetentionAge = TimeSpan.FromDays(30),
            RetentionBytes = SmallRetentionBytes, SegmentSizeBytes = SmallSegmentBytes,
        },
    ];

    /// <summary>Everything to <c>readings</c>, by topic.</summary>
    public static readonly IReadOnlyList<RouteDefinition> Routes =
    [
        new() { Topic = "#", Stream = StreamNames.Readings },
    ];

    /// <summary>What is worth knowing about any board.</summary>
    public static readonly IReadOnlyList<RuleConfig> Rules =
    [
        new()
        {
            Name = "cpu-hot", Stream = StreamNames.Readings, Field = "cpu_temperature_celsius",
            Above = 80, Clear = 75, For = TimeSpan.FromSeconds(30),
        },
        new()
        {
            Name = "disk-almost-full", Stream = StreamNames.Readings, Field = "disk_used_percent",
            Above = 90, Clear = 88, For = TimeSpan.FromSeconds(30), Severity = "critical",
        },
        new()
        {
            Name = "cpu-load-unusual", Stream = StreamNames.Readings, Field = "cpu_load_percent",
            Severity = "info", Anomaly = new AnomalyConfig(Window: 150, Deviations: 6),
        },
    ];

    /// <summary>Readings as files beside the data, so that a delivery can be seen at once.</summary>
    public static IReadOnlyList<DeliveryConfig> Deliveries(string dataFolder) =>
    [
        new()
        {
            Name = "local", Stream = StreamNames.Readings,
            BufferTime = TimeSpan.FromSeconds(10), BufferSizeBytes = 5 << 20, Prefix = "",
            Folder = new FolderConfig(Path.Combine(dataFolder, "delivered"), 256L << 20),
        },
    ];
}
