using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.Devices.Tests;

/// <summary>
/// A real stream store in a folder of its own, on a disk with a gate, with the streams that a gateway has.
/// </summary>
internal sealed class StreamFolder : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private StreamFolder() => Store = StreamStore.Open(
        new StreamStoreOptions { Folder = _folder.Path, Disk = Disk });

    internal GatedDisk Disk { get; } = new();

    internal StreamStore Store { get; private set; }

    internal ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    internal ListLogger<IngestPipeline> Logger { get; } = new();

    internal static async Task<StreamFolder> OpenAsync(int segmentSizeBytes = 4 << 20)
    {
        var folder = new StreamFolder();
        foreach (var name in (string[])["readings", "other", "dead-letter"])
        {
            await folder.Store.CreateOrUpdateAsync(
                new StreamDefinition { Name = name, SegmentSizeBytes = segmentSizeBytes });
        }

        return folder;
    }

    internal DataStream Stream(string name) =>
        Store.TryGet(name, out var stream) ? stream : throw new ArgumentException(name);

    internal IngestPipeline Pipeline(params RouteDefinition[] routes) =>
        new(new Router(routes), Store, registry: null, Time, Logger);

    internal IngestPipeline Pipeline(DialectMemory memory, params RouteDefinition[] routes) =>
        new(new Router(routes), Store, registry: null, Time, Logger, "dead-letter", memory);

    internal IngestPipeline Pipeline(DeviceRegistry registry, params RouteDefinition[] routes) =>
        new(new Router(routes), Store, registry, Time, Logger);

    internal DeviceRegistry Registry() => new(Store.State, new ListLogger<DeviceRegistry>());

    /// <summary>Closes the store and opens it again, as a restart does.</summary>
    internal async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path, Disk = Disk });
    }

    /// <summary>Every acknowledged record of a stream of one shard.</summary>
    internal List<StoredRecord> Read(string name)
    {
        var found = new List<StoredRecord>();
        using var reader = Stream(name).Shards[0].OpenReader(ShardPosition.TrimHorizon);
        while (reader.TryRead(out var record))
        {
            found.Add(new StoredRecord(
                Encoding.UTF8.GetString(record.PartitionKey),
                Encoding.UTF8.GetString(record.Data),
                record.EventTime,
                record.ArrivalTime));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        Disk.OpenGate();
        Disk.IsFull = false;
        await Store.DisposeAsync();
        Disk.Dispose();
        _folder.Dispose();
    }

    internal sealed record StoredRecord(string Key, string Data, Timestamp EventTime, Timestamp ArrivalTime);
}
