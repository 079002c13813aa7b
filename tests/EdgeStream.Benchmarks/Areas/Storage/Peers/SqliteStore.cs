namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>SQLite with a write-ahead log; producers share transactions.</summary>
internal sealed class SqliteStore : IStore
{
    /// <inheritdoc/>
    public string Name => "SQLite (WAL)";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => new SqliteSession(folder, promise);
}
