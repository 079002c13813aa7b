using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>A consumer with enhanced fan-out, as Kinesis's RegisterStreamConsumer makes it.</summary>
/// <remarks>Immutable. Its place in the stream is its own affair: Kinesis keeps none for it.</remarks>
public sealed record RegisteredConsumer
{
    /// <summary>How many a stream may have: Kinesis's limit.</summary>
    public const int CountMax = 20;

    /// <summary>How many a stream of the mode ON_DEMAND may have where its account has committed itself to a minimum
    /// throughput, and so the most that any stream has.</summary>
    public const int CommittedCountMax = 50;

    /// <summary>The name: the rule is that of <see cref="StreamName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>When it was registered, in whole seconds: its ARN ends with them.</summary>
    public required Timestamp CreatedAt { get; init; }

    /// <summary>Tags by key.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = StreamAttributes.NoTags;

    /// <summary>The resource policy's text; null without one.</summary>
    public string? ResourcePolicy { get; init; }
}
