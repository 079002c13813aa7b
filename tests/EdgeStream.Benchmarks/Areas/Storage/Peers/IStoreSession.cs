namespace EdgeStream.Benchmarks.Areas.Storage.Peers;

/// <summary>An open store. One thread appends at a time, but for <see cref="AppendDurableAsync"/>, which any number may
/// call.</summary>
internal interface IStoreSession : IDisposable
{
    /// <summary>Appends without waiting for the disk, unless the store has no room in memory.</summary>
    void Append(ReadOnlySpan<byte> record);

    /// <summary>Completes when everything appended is as safe as the promise says.</summary>
    ValueTask CommitAsync();

    /// <summary>Appends one record and completes when the device has it.</summary>
    ValueTask AppendDurableAsync(ReadOnlyMemory<byte> record);

    /// <summary>Whether <see cref="AppendDurableAsync"/> keeps its thread: each producer then needs one of its
    /// own.</summary>
    bool BlocksProducers { get; }

    /// <summary>Reads every record from the first on and returns how many there are.</summary>
    long Scan();
}
