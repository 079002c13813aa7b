namespace EdgeStream.Testing;

/// <summary>One message of a <see cref="KeyedPublisher"/> and what became of it.</summary>
/// <param name="Topic">The topic, which is the partition key.</param>
/// <param name="Number">Its number among the messages of its topic, from 1.</param>
public sealed record KeyedMessage(string Topic, int Number)
{
    /// <summary>How often the publisher has sent it.</summary>
    public int SentCount { get; internal set; }

    /// <summary>Whether the gateway has acknowledged it.</summary>
    public bool IsAcknowledged { get; internal set; }

    internal ushort PacketId { get; init; }

    internal byte[] TopicBytes { get; init; } = [];

    internal byte[] Payload { get; init; } = [];
}
