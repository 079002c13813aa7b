using EdgeStream.Storage;

namespace EdgeStream.Streams;

/// <summary>Where the streams live.</summary>
public sealed record StreamStoreOptions
{
    /// <summary>The data folder; made if missing. One process at a time may have it open.</summary>
    public required string Folder { get; init; }

    /// <summary>The file system under the logs.</summary>
    public IDisk Disk { get; init; } = new NativeDisk();

    /// <summary>The start of the machine that it is.</summary>
    public MachineBoot Boot { get; init; } = MachineBoot.Present;

    /// <summary>How much of the disk the streams may take; may be replaced while the store is open.</summary>
    public StorageLimits Limits { get; init; } = StorageLimits.None;

    /// <summary>The keys, if logs are or were encrypted; may be replaced while the store is open.</summary>
    public LogEncryption? Encryption { get; init; }
}
