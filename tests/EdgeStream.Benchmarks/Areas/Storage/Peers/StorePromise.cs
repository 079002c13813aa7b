namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>What an append that has returned, or a commit that has completed, is worth.</summary>
internal enum StorePromise
{
    /// <summary>The process or the kernel has it: a power cut may take it.</summary>
    Buffered = 0,

    /// <summary>The device has it.</summary>
    Durable = 1,

    /// <summary>The device has it after the interval in which <see cref="IStoreSession.CommitAsync"/> is called, or
    /// which the store keeps by itself.</summary>
    DurableByInterval = 2,
}
