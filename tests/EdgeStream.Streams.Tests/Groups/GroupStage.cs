using System.Globalization;
using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests.Groups;

/// <summary>A store with one stream and a clock that stands still.</summary>
internal sealed class GroupStage : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private GroupStage()
    {
    }

    public ManualTimeProvider Time { get; } = new();

    public StreamStore Store { get; private set; } = null!;

    public DataStream Stream { get; private set; } = null!;

    public static async Task<GroupStage> StartAsync(int shards = 1)
    {
        var stage = new GroupStage();
        stage.Store = stage.Open();
        stage.Stream = await stage.Store.CreateOrUpdateAsync(
            new StreamDefinition { Name = "readings", ShardCount = shards, SegmentSizeBytes = 64 << 10 });
        return stage;
    }

    public static LeaseClaim ClaimOf(ShardLease lease) => new(lease.Shard.Id, lease.Counter);

    public static string[] Ids(IEnumerable<ShardLease> leases) => [.. leases.Select(lease => lease.Shard.Id)];

    public ValueTask<ConsumerGroup> GroupAsync(ShardPosition start = default) =>
        Store.Groups.OpenAsync(Stream, "group", new GroupOptions { Start = start });

    /// <summary>Appends records whose text is their number, to every open shard so many.</summary>
    public async Task AppendAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            foreach (var shard in Stream.OpenShards)
            {
                var status = Stream.TryAppend(
                    shard.StartingHashKey, "k"u8, Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)),
                    null, out var receipt);
                Assert.Equal(Storage.AppendStatus.Accepted, status);
                await receipt.WhenAcknowledged();
            }
        }
    }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = Open();
        Assert.True(Store.TryGet("readings", out var stream));
        Stream = stream;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }

    private StreamStore Open() => StreamStore.Open(new StreamStoreOptions { Folder = _folder.Path }, Time);
}
