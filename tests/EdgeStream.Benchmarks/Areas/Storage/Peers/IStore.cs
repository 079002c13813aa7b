namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>A store that can append records in order, and opens folders.</summary>
internal interface IStore
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>Opens a folder, with the settings that make the store fastest while it keeps the promise.</summary>
    IStoreSession Open(string folder, StorePromise promise);
}
