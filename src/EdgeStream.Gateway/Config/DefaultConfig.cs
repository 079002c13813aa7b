using EdgeStream.Analytics;
using EdgeStream.Delivery;
using EdgeStream.Devices;
using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>What counts where the file says nothing: the lists that can't stand as a key's default.</summary>
internal static class DefaultConfig
{
    private const int SmallSegmentBytes = 4 << 20;
    private const long SmallRetentionBytes = 64 << 20;
    private const long DeliveredBytesMax = 256 << 20;
    private const int DeliveredBufferBytes = 5 << 20;

    /// <summary>The streams that always exist. Alerts and dead letters are few, so they are kept small and
    /// long.</summary>
    public static readonly IReadOnlyList<StreamDefinition> Streams =
    [
        new() { Name = StreamNames.Readings },
        new()
        {
            Name = StreamNames.Alerts, RetentionAge = TimeSpan.FromDays(90),
            RetentionBytes = SmallRetentionBytes, SegmentSizeBytes = SmallSegmentBytes,
            Priority = StreamPriority.High, WhenFull = WhenFull.DropOldest,
        },
        new()
        {
            Name = StreamNames.DeadLetter, RetentionAge = TimeSpan.FromDays(30),
            RetentionBytes = SmallRetentionBytes, SegmentSizeBytes = SmallSegmentBytes,
            Priority = StreamPriority.High, WhenFull = WhenFull.DropOldest,
        },
        new()
        {
            Name = StreamNames.DeliveryErrors, RetentionAge = TimeSpan.FromDays(30),
            RetentionBytes = SmallRetentionBytes, SegmentSizeBytes = SmallSegmentBytes,
            Priority = StreamPriority.High, WhenFull = WhenFull.DropOldest,
        },
    ];

    /// <summary>Everything to <c>readings</c>, by topic.</summary>
    public static readonly IReadOnlyList<RouteDefinition> Routes =
        [new() { Topic = "#", Stream = StreamNames.Readings }];

    /// <summary>What is worth knowing about any board.</summary>
    public static readonly IReadOnlyList<RuleDefinition> Rules =
    [
        new ThresholdRuleDefinition
        {
            Name = "cpu-hot", Stream = StreamNames.Readings, Field = "cpu_temperature_celsius",
            Above = 80, Hysteresis = 5, For = TimeSpan.FromSeconds(30),
        },
        new ThresholdRuleDefinition
        {
            Name = "disk-almost-full", Stream = StreamNames.Readings, Field = "disk_used_percent",
            Above = 90, Hysteresis = 2, For = TimeSpan.FromSeconds(30), Severity = RuleSeverity.Critical,
        },
        new AnomalyRuleDefinition
        {
            Name = "cpu-load-unusual", Stream = StreamNames.Readings, Field = "cpu_load_percent",
            WindowSamples = 300, Deviations = 6, MinimumDeviation = 5, Severity = RuleSeverity.Info,
        },
    ];

    /// <summary>Readings as files beside the data, so that a delivery can be seen at once.</summary>
    public static IReadOnlyList<DeliveryDefinition> Deliveries(string dataFolder) =>
    [
        new()
        {
            Name = "local", Stream = StreamNames.Readings, BufferSeconds = 10, BufferBytes = DeliveredBufferBytes,
            ErrorStream = StreamNames.DeliveryErrors,
            Destination = new FolderDestinationOptions
            {
                Path = Path.Combine(dataFolder, "delivered"), MaximumBytes = DeliveredBytesMax,
            },
        },
    ];
}
