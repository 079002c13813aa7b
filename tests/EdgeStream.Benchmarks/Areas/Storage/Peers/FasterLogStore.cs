namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>FasterLog of Microsoft.FASTER.Core 2.6.5, with 1 GiB of memory: what it holds there it need not
/// write.</summary>
/// <param name="isChecked">Whether it makes a checksum for each entry, and has little memory: it verifies only what it
/// reads back from its file.</param>
internal sealed class FasterLogStore(bool isChecked = false) : IStore
{
    /// <inheritdoc/>
    public string Name => isChecked ? "FasterLog, checksums, 64 MiB of memory" : "FasterLog";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => new FasterLogSession(folder, isChecked);
}
