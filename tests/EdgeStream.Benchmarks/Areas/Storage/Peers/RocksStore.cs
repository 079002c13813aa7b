namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>RocksDB, without compression; its own write queue shares syncs among producers.</summary>
internal sealed class RocksStore : IStore
{
    /// <inheritdoc/>
    public string Name => "RocksDB";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => new RocksSession(folder);
}
