using System.Collections.ObjectModel;
using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>What Kinesis's API says of a stream and no configuration file: kept with the definition.</summary>
/// <remarks>Immutable; changed as a whole by <see cref="StreamStore.ChangeAttributesAsync"/>, durably.</remarks>
public sealed record StreamAttributes
{
    /// <summary>The record size limit of a stream that says nothing else: 1 MiB.</summary>
    public const int RecordSizeBytesDefault = 1 << 20;

    /// <summary>The greatest record size limit: 10 MiB.</summary>
    public const int RecordSizeBytesLimit = 10 << 20;

    /// <summary>How many tags a stream may have.</summary>
    public const int TagCountMax = 50;

    /// <summary>How long a resource policy may be, in characters.</summary>
    public const int ResourcePolicyLengthMax = 20 << 10;

    internal static readonly IReadOnlyDictionary<string, string> NoTags = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>When the stream was made.</summary>
    /// <remarks>
    /// One that was made before this was kept counts from when its definition was first saved with it; until then zero.
    /// </remarks>
    public Timestamp CreatedAt { get; init; }

    /// <summary>
    /// Tells the stream from every other of the folder, and from one of the same name that was deleted: 0 to 10^13 - 1.
    /// </summary>
    public long Id { get; init; }

    /// <summary>Which limits the API puts on its shards.</summary>
    public StreamMode Mode { get; init; }

    /// <summary>
    /// The largest partition key and data together that the API takes, in bytes: 1 MiB to 10 MiB, at most half a
    /// segment.
    /// </summary>
    public int RecordSizeBytesMax { get; init; } = RecordSizeBytesDefault;

    /// <summary>Tags by key, at most <see cref="TagCountMax"/>.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = NoTags;

    /// <summary>Which shard-level metrics were asked for.</summary>
    public ShardLevelMetrics ShardMetrics { get; init; }

    /// <summary>The key id that StartStreamEncryption named; null while the API calls the stream unencrypted.</summary>
    /// <remarks>
    /// The logs are encrypted whenever the store has a key (<see cref="StreamStore.Encryption"/>), whatever this says;
    /// it cannot be set where the store has none.
    /// </remarks>
    public string? EncryptionKeyId { get; init; }

    /// <summary>The resource policy's text, at most 20 Ki characters; null without one. Nothing evaluates it.</summary>
    public string? ResourcePolicy { get; init; }

    /// <summary>
    /// The warm throughput that was asked for, in MiB a second; null where nobody did. Nothing needs it.
    /// </summary>
    public int? WarmThroughputMiBps { get; init; }

    /// <summary>Which shard takes a record that the API puts; counts in the mode ON_DEMAND alone.</summary>
    public RecordDistribution Distribution { get; init; }

    /// <summary>Consumers with enhanced fan-out, by name.</summary>
    public IReadOnlyList<RegisteredConsumer> Consumers { get; init; } = [];

    /// <summary>Checks every member against its range.</summary>
    /// <exception cref="ArgumentException">A member is out of range; the message names it.</exception>
    public void Validate()
    {
        Require(
            RecordSizeBytesMax is >= RecordSizeBytesDefault and <= RecordSizeBytesLimit,
            $"RecordSizeBytesMax is {RecordSizeBytesMax}; allowed is 1,048,576 to 10,485,760.");
        Require(Tags.Count <= TagCountMax, $"There are {Tags.Count} Tags; allowed are {TagCountMax}.");
        Require(
            ResourcePolicy is null || ResourcePolicy.Length <= ResourcePolicyLengthMax,
            $"ResourcePolicy has {ResourcePolicy?.Length} characters; allowed are {ResourcePolicyLengthMax}.");
        Require(
            Consumers.Count <= RegisteredConsumer.CommittedCountMax,
            $"There are {Consumers.Count} Consumers; allowed are {RegisteredConsumer.CommittedCountMax}.");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var consumer in Consumers)
        {
            Require(
                StreamName.IsValid(consumer.Name) && names.Add(consumer.Name),
                $"Consumers has '{consumer.Name}' twice, or it is no name.");
        }
    }

    /// <summary>Checks what the layout and the keys allow.</summary>
    internal void Check(StreamDefinition definition, LogEncryption? encryption)
    {
        Require(
            RecordSizeBytesMax <= Math.Max(RecordSizeBytesDefault, definition.SegmentSizeBytes / 2),
            $"RecordSizeBytesMax is {RecordSizeBytesMax}; a record must fit into half a segment of "
                + $"{definition.SegmentSizeBytes} bytes.");
        Require(
            EncryptionKeyId is null || encryption?.Current is not null,
            "EncryptionKeyId is set, and the gateway has no key: the logs are not encrypted. Configure one.");
    }

    private static void Require(bool isRight, string message)
    {
        if (!isRight)
        {
            throw new ArgumentException(message);
        }
    }
}
