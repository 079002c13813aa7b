namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>FasterLog of Microsoft.FASTER.Core 2.6.5, with 1 GiB of memory: what it holds there it need not
/// write.</summary>
internal sealed class FasterLogStore : IStore
{
    /// <inheritdoc/>
    public string Name => "FasterLog";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => new FasterLogSession(folder);
}
