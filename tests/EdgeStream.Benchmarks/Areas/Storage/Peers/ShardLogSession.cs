using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>One open shard log and its committer.</summary>
internal sealed class ShardLogSession : IStoreSession
{
    private readonly Committer _committer = new();
    private readonly CountingDisk _disk = new(new NativeDisk());
    private SequenceNumber _last;

    /// <summary>Opens the log.</summary>
    public ShardLogSession(string folder, Durability durability, long retentionBytes = long.MaxValue)
    {
        var options = new ShardLogOptions
        {
            Folder = folder,
            Durability = durability,
            RetentionBytes = retentionBytes,
        };
        Log = _committer.Open(_disk, new LogClock(TimeProvider.System, bootOrdinal: 1), options);
        _last = Log.NewestSequence;
    }

    /// <summary>The log.</summary>
    public ShardLog Log { get; }

    /// <summary>How often the device was asked to sync a file.</summary>
    public long SyncCount => _disk.SyncCount;

    /// <inheritdoc/>
    public bool BlocksProducers => false;

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> record)
    {
        AppendStatus status;
        while ((status = Log.TryAppend([], record, eventTime: null, out _last)) == AppendStatus.Busy)
        {
            Log.WhenRoom().Wait();
        }

        ThrowUnlessAccepted(status);
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync() => await Log.WhenAcknowledged(_last);

    /// <inheritdoc/>
    public ValueTask AppendDurableAsync(ReadOnlyMemory<byte> record)
    {
        var status = Log.TryAppend([], record.Span, eventTime: null, out var sequence);
        if (status == AppendStatus.Busy)
        {
            return AppendLaterAsync(record);
        }

        ThrowUnlessAccepted(status);
        return new ValueTask(Log.WhenAcknowledged(sequence));
    }

    /// <inheritdoc/>
    public long Scan()
    {
        using var reader = Log.OpenReader(SequenceNumber.First);
        long count = 0;
        var seen = 0;
        while (reader.TryRead(out var record))
        {
            seen += record.Value[0];
            count++;
        }

        Consumed.Bytes(seen);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _committer.Close(Log);
        _committer.Dispose();
    }

    private async ValueTask AppendLaterAsync(ReadOnlyMemory<byte> record)
    {
        AppendStatus status;
        SequenceNumber sequence;
        while ((status = Log.TryAppend([], record.Span, eventTime: null, out sequence)) == AppendStatus.Busy)
        {
            await Log.WhenRoom();
        }

        ThrowUnlessAccepted(status);
        await Log.WhenAcknowledged(sequence);
    }

    private void ThrowUnlessAccepted(AppendStatus status)
    {
        if (status != AppendStatus.Accepted)
        {
            throw new IOException($"The log answered {status}: {Log.Failure?.Message}");
        }
    }
}
