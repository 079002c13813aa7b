namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>LMDB, its records appended at the end of its tree; producers share transactions.</summary>
internal sealed class LmdbStore : IStore
{
    /// <inheritdoc/>
    public string Name => "LMDB";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => new LmdbSession(folder, promise);
}
