using EdgeStream.Streams;

namespace EdgeStream.Gateway.Config;

/// <summary>Makes the limits of the disk and checks that the streams can live within them.</summary>
internal sealed class StorageBinder(ConfigReader reader)
{
    /// <summary>A shard needs the segment that is written and, to begin the next one, room for another.</summary>
    private const int SegmentsPerShardMin = 2;

    /// <summary>The limits of the file; errors go to the reader.</summary>
    public StorageLimits Bind(ConfigValues root, IReadOnlyList<StreamDefinition> streams)
    {
        var storage = root.Section(ConfigKeys.Storage.Section);
        var limits = new StorageLimits
        {
            BudgetBytes = SizeOrNull(storage, ConfigKeys.Storage.Budget),
            ReserveBytes = SizeOrNull(storage, ConfigKeys.Storage.Reserve),
            ScrubBytesPerSecond = storage.Size(ConfigKeys.Storage.ScrubRate),
        };
        long needed = 0;
        foreach (var stream in streams)
        {
            needed += (long)SegmentsPerShardMin * stream.ShardCount * stream.SegmentSizeBytes;
        }

        if (limits.BudgetBytes < needed)
        {
            reader.Report(
                storage.At(ConfigKeys.Storage.Budget),
                $"'budget' is {SizeText.Format(limits.BudgetBytes.Value)}, and the streams need at least "
                    + $"{SizeText.Format(needed)}: two segments a shard. Raise it, or lower 'segmentSize' of the "
                    + "streams");
        }

        return limits;
    }

    /// <summary>What the card is made for, if the file says so.</summary>
    public static long? EnduranceOf(ConfigValues root) =>
        SizeOrNull(root.Section(ConfigKeys.Storage.Section), ConfigKeys.Storage.Endurance);

    private static long? SizeOrNull(ConfigValues values, SchemaScalar key) => values.Has(key) ? values.Size(key) : null;
}
