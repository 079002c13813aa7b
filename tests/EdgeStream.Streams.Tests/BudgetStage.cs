using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Streams.Tests;

/// <summary>A store on a simulated disk, with small segments, and short words to fill its streams.</summary>
internal sealed class BudgetStage : IAsyncDisposable
{
    public const int SegmentBytes = 64 << 10;

    /// <summary>About fifteen of these fill a segment.</summary>
    private const int RecordBytes = 4 << 10;
    private const int AppendsMax = 10_000;

    private readonly TemporaryFolder _folder = new();
    private readonly IDisk _storeDisk;

    public BudgetStage(StorageLimits limits, SimulatedDisk? disk = null, Func<IDisk, IDisk>? around = null)
    {
        Disk = disk ?? new SimulatedDisk(new Random(1));
        _storeDisk = around?.Invoke(Disk) ?? Disk;
        Open(limits);
    }

    public SimulatedDisk Disk { get; }

    public string Folder => _folder.Path;

    public ManualTimeProvider Time { get; } = new();

    public StreamStore Store { get; private set; } = null!;

    public Task<DataStream> AddAsync(
        string name,
        WhenFull whenFull = WhenFull.Reject,
        StreamPriority priority = StreamPriority.Normal,
        long retentionBytes = 1L << 30,
        bool protectUndelivered = true) => Store.CreateOrUpdateAsync(new StreamDefinition
        {
            Name = name,
            SegmentSizeBytes = SegmentBytes,
            RetentionBytes = retentionBytes,
            WhenFull = whenFull,
            Priority = priority,
            ProtectUndelivered = protectUndelivered,
        }).AsTask();

    /// <summary>Appends until the stream's files take this many segments.</summary>
    public async Task FillAsync(DataStream stream, int segments)
    {
        for (var i = 0; SegmentBytesOf(stream) < (long)segments * SegmentBytes; i++)
        {
            Assert.True(i < AppendsMax, "the stream never grew to its size");
            await AppendAsync(stream);
        }

        await SettleAsync();
    }

    /// <summary>The stream's segments, without files that wait to become one.</summary>
    public static long SegmentBytesOf(DataStream stream) => stream.SizeBytes - stream.SpareBytes;

    /// <summary>Appends more records than a segment holds.</summary>
    public async Task AppendSegmentAsync(DataStream stream)
    {
        for (var i = 0; i < SegmentBytes / RecordBytes; i++)
        {
            await AppendAsync(stream);
        }

        await SettleAsync();
    }

    public static async Task AppendAsync(DataStream stream) =>
        await stream.AppendAsync("k"u8.ToArray(), new byte[RecordBytes]);

    /// <summary>
    /// Waits until the committer has done what it was asked for, whether or not anybody waits for that: behind a full
    /// segment the next one is begun, and others may be evicted for it. It works in rounds: what is acknowledged first
    /// is of the round that was asked for, or of a later one; what comes after that, of one behind it.
    /// </summary>
    public async Task SettleAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            var nothing = new StateBatch();
            nothing.Delete("settled");
            await Store.State.CommitAsync(nothing);
        }
    }

    /// <summary>Appends until the stream refuses; returns the refusal.</summary>
    public static async Task<StreamException> FillUntilRefusedAsync(DataStream stream)
    {
        for (var i = 0; i < AppendsMax; i++)
        {
            try
            {
                await AppendAsync(stream);
            }
            catch (StreamException refusal)
            {
                return refusal;
            }
        }

        throw new InvalidOperationException("The stream never refused.");
    }

    public static void AssertAccounts(DataStream stream)
    {
        var statistics = stream.Statistics;
        Assert.Equal(
            statistics.AppendedRecords,
            statistics.StoredRecords + statistics.EvictedRecords + statistics.LostRecords);
        var evictions = stream.Evictions;
        Assert.Equal(
            statistics.EvictedRecords,
            evictions.Age + evictions.Bytes + evictions.Budget + evictions.DiskFull + evictions.Unattributed);
    }

    public async Task ReopenAsync(StorageLimits limits)
    {
        await Store.DisposeAsync();
        Open(limits);
    }

    public DataStream Find(string name) =>
        Store.TryGet(name, out var stream) ? stream : throw new InvalidOperationException($"No stream {name}.");

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }

    private void Open(StorageLimits limits) => Store = StreamStore.Open(
        new StreamStoreOptions { Folder = _folder.Path, Disk = _storeDisk, Limits = limits }, Time);
}
