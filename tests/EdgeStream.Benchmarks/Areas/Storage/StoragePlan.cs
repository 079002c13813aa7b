namespace EdgeStream.Benchmarks.Areas.Storage;

/// <summary>How much of everything is done.</summary>
internal sealed record StoragePlan
{
    /// <summary>How often each thing is measured; figures are medians.</summary>
    public required int Trials { get; init; }

    /// <summary>Sizes of the records in bytes.</summary>
    public required IReadOnlyList<int> RecordSizes { get; init; }

    /// <summary>Payload of a buffered append.</summary>
    public required long AppendBytes { get; init; }

    /// <summary>Payload of the long buffered append; 0 leaves it out.</summary>
    public required long LongAppendBytes { get; init; }

    /// <summary>Payload that the slower peers append: less, so that the run ends; more would not make them
    /// faster.</summary>
    public required long PeerAppendBytes { get; init; }

    /// <summary>How long each durable append lasts.</summary>
    public required TimeSpan DurableTime { get; init; }

    /// <summary>Size of the log that is opened and searched.</summary>
    public required long LogBytes { get; init; }

    /// <summary>How long each store writes while the device's bytes are counted.</summary>
    public required TimeSpan WearTime { get; init; }

    /// <summary>How often the device's bytes are counted.</summary>
    public required int WearTrials { get; init; }

    /// <summary>Payload that is appended and followed while memory is watched.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The full run, or one that ends within two minutes.</summary>
    public static StoragePlan Of(BenchmarkOptions options) => options.IsQuick
        ? new StoragePlan
        {
            Trials = 3,
            RecordSizes = [100],
            AppendBytes = 128 << 20,
            LongAppendBytes = 0,
            PeerAppendBytes = 8 << 20,
            DurableTime = TimeSpan.FromSeconds(0.5),
            LogBytes = 256 << 20,
            WearTime = TimeSpan.FromSeconds(4),
            WearTrials = 1,
            MemoryBytes = 1L << 30,
        }
        : new StoragePlan
        {
            Trials = 5,
            RecordSizes = [100, 256, 1024],
            AppendBytes = 512 << 20,
            LongAppendBytes = 4L << 30,
            PeerAppendBytes = 64 << 20,
            DurableTime = TimeSpan.FromSeconds(1.5),
            LogBytes = 1L << 30,
            WearTime = TimeSpan.FromSeconds(20),
            WearTrials = 5,
            MemoryBytes = 10L << 30,
        };
}
