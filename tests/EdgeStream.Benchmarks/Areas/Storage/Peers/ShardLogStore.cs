using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>The subject: the shard log with its defaults.</summary>
internal sealed class ShardLogStore : IStore
{
    /// <summary>How often the log syncs by itself under <see cref="StorePromise.DurableByInterval"/>.</summary>
    public const int IntervalMs = 100;

    /// <inheritdoc/>
    public string Name => "shard log";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => OpenLog(folder, promise);

    /// <summary>The same, with what the shard log alone can tell.</summary>
    public static ShardLogSession OpenLog(string folder, StorePromise promise) => new(folder, DurabilityOf(promise));

    /// <summary>The durability that keeps a promise.</summary>
    public static Durability DurabilityOf(StorePromise promise) => promise switch
    {
        StorePromise.Durable => Durability.Fsync,
        StorePromise.DurableByInterval => new Durability(DurabilityKind.Interval, IntervalMs),
        _ => Durability.OperatingSystem,
    };
}
