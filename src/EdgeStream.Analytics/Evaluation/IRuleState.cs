namespace EdgeStream.Analytics;

/// <summary>A table of state by key, as the snapshot sees it.</summary>
internal interface IRuleState
{
    /// <summary>Reports keys that are gone, then keys with their entry's bytes; the bytes are valid during the
    /// call.</summary>
    void Save(Action<byte[]> removed, Action<byte[], ReadOnlyMemory<byte>> changed);

    /// <summary>Puts back saved entries, in any order; bytes of another layout are passed over.</summary>
    void Restore(IEnumerable<ReadOnlyMemory<byte>> entries);
}
