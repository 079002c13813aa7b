using System.Text;
using EdgeStream.Delivery;
using EdgeStream.Streams;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A store with one stream and a delivery of it to a bucket, on the real clock.</summary>
public sealed class S3DeliveryRun : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly StreamStore _store;
    private readonly DeliveryEngine _engine;
    private readonly DataStream _stream;
    private int _appended;

    private S3DeliveryRun(StreamStore store, TemporaryFolder folder, DataStream stream, DeliveryEngine engine)
    {
        _store = store;
        _folder = folder;
        _stream = stream;
        _engine = engine;
    }

    public DeliveryStatus Status => _engine.Status()[0];

    public int Appended => _appended;

    public static async Task<S3DeliveryRun> StartAsync(DestinationOptions destination, string prefix)
    {
        var folder = new TemporaryFolder();
        var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Combine("data") });
        var stream = await store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", SegmentSizeBytes = 1 << 20 });
        var definition = new DeliveryDefinition
        {
            Name = "upstream",
            Stream = "readings",
            Destination = destination,
            Prefix = prefix,
            BufferBytes = 8 << 10,
            BufferSeconds = 1,
            Retry = new RetryOptions { BaseDelay = TimeSpan.FromMilliseconds(50), CapDelay = TimeSpan.FromSeconds(1) },
        };
        var engine = new DeliveryEngine(store, [definition]);
        await engine.StartAsync();
        return new S3DeliveryRun(store, folder, stream, engine);
    }

    public async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _stream.AppendAsync(
                Encoding.UTF8.GetBytes($"key{_appended % 3}"), Encoding.UTF8.GetBytes($"{{\"value\":{_appended}}}"));
            _appended++;
        }
    }

    public Task DeliveredAsync() =>
        Poll.UntilAsync(() => Status.DeliveredRecords == _appended, TimeSpan.FromSeconds(60), () => Status.ToString());

    public Task StateAsync(DeliveryState state, string error) => Poll.UntilAsync(
        () => Status.State == state && Status.LastError?.Contains(error, StringComparison.Ordinal) == true,
        TimeSpan.FromSeconds(60),
        () => Status.ToString());

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
