using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>One delivery of a record by a queue.</summary>
/// <param name="Shard">The record's shard.</param>
/// <param name="Sequence">The record.</param>
/// <param name="Receives">How often it has been received by then, this time included.</param>
/// <param name="FirstReceivedAt">When it was received first.</param>
public readonly record struct QueueReceipt(
    Shard Shard, SequenceNumber Sequence, int Receives, Timestamp FirstReceivedAt);
