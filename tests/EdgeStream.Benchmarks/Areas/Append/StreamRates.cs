using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Benchmarks.Areas.Append;

/// <summary>What a stream of one shard does in a second.</summary>
internal static class StreamRates
{
    private const int DurableRecordSize = 100;

    private static readonly byte[] Key = "site/kitchen"u8.ToArray();

    /// <summary>Appends without waiting for the disk, then reads everything back; both in records per second.</summary>
    public static async Task<(double Append, double Scan)> BufferedAsync(string folder, int size, int count)
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder });
        var stream = await MakeAsync(store, Durability.OperatingSystem);
        var data = new byte[size];
        var started = TimeProvider.System.GetTimestamp();
        AppendReceipt last = default;
        for (var index = 0; index < count; index++)
        {
            AppendStatus status;
            while ((status = stream.TryAppend(Key, data, eventTime: null, out last)) == AppendStatus.Busy)
            {
                await stream.WaitForRoomAsync(Key);
            }

            if (status != AppendStatus.Accepted)
            {
                throw new InvalidOperationException($"The stream answered {status}.");
            }
        }

        await last.WhenAcknowledged();
        var append = count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        started = TimeProvider.System.GetTimestamp();
        Scan(stream, count);
        return (append, count / TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Appends with fsync from producers that each wait for their own acknowledgement, in records per
    /// second.</summary>
    public static async Task<double> DurableAsync(string folder, int waiters, TimeSpan duration)
    {
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder });
        var stream = await MakeAsync(store, Durability.Fsync);
        var data = new byte[DurableRecordSize];
        var started = TimeProvider.System.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, waiters).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; TimeProvider.System.GetElapsedTime(started) < duration; count++)
            {
                await stream.AppendAsync(Key, data);
            }

            return count;
        })));
        return counts.Sum() / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static void Scan(DataStream stream, int count)
    {
        using var reader = stream.Shards[0].OpenReader(ShardPosition.TrimHorizon);
        var read = 0;
        while (reader.TryRead(out _))
        {
            read++;
        }

        if (read != count)
        {
            throw new InvalidOperationException($"{read} of {count} records were read.");
        }
    }

    private static ValueTask<DataStream> MakeAsync(StreamStore store, Durability durability) =>
        store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = "bench",
            RetentionBytes = 16L << 30,
            Durability = durability,
        });
}
