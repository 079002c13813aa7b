using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>One producer as a shard remembers it.</summary>
/// <remarks>Guarded by its table.</remarks>
internal sealed class ProducerEntry(byte[] id)
{
    internal byte[] Id => id;

    /// <summary>The name of its checkpoint.</summary>
    internal string Name { get; } = ProducerFormat.NameOf(id);

    internal ProducerWindow Window { get; } = new();

    /// <summary>Whether the record on its way into the log takes its place.</summary>
    internal bool IsGoing { get; set; }

    /// <summary>When it was last heard of: grows from one to the next; below 0 for what parents know and was not heard
    /// of since.</summary>
    internal long HeardAt { get; set; }

    /// <summary>The producer's newest record in the shard, as long as it is open; of what was found at opening, a
    /// record near it.</summary>
    internal SequenceNumber Newest { get; set; }

    /// <summary>The bytes that its checkpoint takes among the log's; 0 while it has none.</summary>
    internal int CheckpointSizeBytes { get; set; }
}
