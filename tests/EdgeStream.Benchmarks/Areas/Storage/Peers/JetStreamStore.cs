namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>
/// NATS JetStream with a file store, over loopback, thousands of publishes under way.
/// </summary>
/// <remarks>
/// Its acknowledgement says that the kernel has the message: this version syncs every two minutes and cannot be told to
/// sync before it acknowledges. It takes part where that promise is enough.
/// </remarks>
internal sealed class JetStreamStore : IStore
{
    /// <inheritdoc/>
    public string Name => "NATS JetStream";

    /// <inheritdoc/>
    public IStoreSession Open(string folder, StorePromise promise) => promise == StorePromise.Buffered
        ? new JetStreamSession(folder)
        : throw new NotSupportedException("This server cannot sync before it acknowledges.");
}
