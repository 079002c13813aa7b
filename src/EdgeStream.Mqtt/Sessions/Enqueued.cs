namespace EdgeStream.Mqtt;

/// <summary>What became of a message that was to be queued for a client.</summary>
internal enum Enqueued
{
    /// <summary>It is not queued.</summary>
    No,

    /// <summary>It is queued, for as long as the broker runs.</summary>
    InMemory,

    /// <summary>It is queued and with the journal: durable once that is flushed.</summary>
    Kept,
}
