namespace EdgeStream.Streams;

/// <summary>Takes aggregated records apart that are read from a log without its stream.</summary>
/// <remarks>The user records of one that belongs to another shard come, too: only the stream knows its shards' ranges.
/// Not thread-safe; used for one record after the other.</remarks>
public sealed class UserRecordSplitter
{
    private readonly AggregatedMessage _message = new();

    /// <summary>The place of the last user record, from 0.</summary>
    public int SubSequence => _message.Given - 1;

    /// <summary>Whether a record's data is an aggregated record, whose user records come next.</summary>
    public bool TryOpen(ReadOnlySpan<byte> data) =>
        _message.TryOpen(data, UInt128.MinValue, UInt128.MaxValue, out _);

    /// <summary>The next user record; valid until the next record is opened.</summary>
    public bool TryNext(out ReadOnlySpan<byte> partitionKey, out ReadOnlySpan<byte> data) =>
        _message.TryNext(out partitionKey, out data);
}
