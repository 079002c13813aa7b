using System.Collections.ObjectModel;
using EdgeStream.Delivery;
using EdgeStream.Storage;

namespace EdgeStream.Kinesis;

/// <summary>Everything that the API was told of a delivery stream.</summary>
/// <remarks>Immutable; kept in the gateway's state by <see cref="DeliveryStreamFormat"/>.</remarks>
internal sealed record DeliveryStreamRecord
{
    private const string OwnStreamPrefix = "firehose-";

    /// <summary>The name.</summary>
    internal required string Name { get; init; }

    /// <summary>8 random hexadecimal digits that no earlier delivery stream of the name has had.</summary>
    internal required string Id { get; init; }

    /// <summary>When it was made.</summary>
    internal required Timestamp CreatedAt { get; init; }

    /// <summary>When its destination was changed; null while it was not.</summary>
    internal Timestamp? UpdatedAt { get; init; }

    /// <summary>The stream that it reads; null for one that takes records itself.</summary>
    internal string? Source { get; init; }

    /// <summary>The role that was named for reading; nobody assumes it.</summary>
    internal string? SourceRoleArn { get; init; }

    /// <summary>Whether it goes as soon as all of its records are delivered.</summary>
    internal bool IsDeleting { get; init; }

    /// <summary>1, and one more with every change of the destination.</summary>
    internal long Version { get; init; } = 1;

    /// <summary>The throughput that was announced; nothing needs it.</summary>
    internal int? ThroughputHintInMBs { get; init; }

    /// <summary>The kind of key that encryption was asked for with; null while it was not.</summary>
    internal string? KeyType { get; init; }

    /// <summary>That key; null for the gateway's own.</summary>
    internal string? KeyArn { get; init; }

    /// <summary>Tags by key.</summary>
    internal IReadOnlyDictionary<string, string> Tags { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where its records go.</summary>
    internal required DestinationSettings Destination { get; init; }

    /// <summary>What it is and what it is called, for messages.</summary>
    internal string Title => Destination is ChannelSettings channel
        ? $"channel {channel.ChannelName}" : $"delivery stream {Name}";

    /// <summary>The stream that holds its records until they are delivered.</summary>
    internal string StreamName => Source ?? OwnStreamPrefix + Name;

    /// <summary>The delivery that does its work.</summary>
    internal DeliveryDefinition ToDefinition(FirehoseOptions options) => Destination.Form(
        new DeliveryDefinition
        {
            Name = Name,
            Origin = DeliveryOrigin.Api,
            Stream = StreamName,
            Destination = Destination.OptionsOf(this, options),
            ErrorStream = DeliveryDefinition.ErrorStreamDefault,
            BufferBytes = (long)Destination.SizeInMiB << 20,
            BufferSeconds = Destination.IntervalInSeconds,
            Start = Source is null ? StartPosition.TrimHorizon : StartPosition.Latest,
        },
        this);
}
