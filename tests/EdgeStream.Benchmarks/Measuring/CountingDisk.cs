using EdgeStream.Storage;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>Another disk, with a count of the files' syncs.</summary>
internal sealed class CountingDisk(IDisk disk) : DiskAround(disk)
{
    private long _syncCount;

    /// <summary>How often a file was synced.</summary>
    public long SyncCount => Volatile.Read(ref _syncCount);

    /// <inheritdoc/>
    protected override IDiskFile Around(string path, IDiskFile file) => new CountingFile(this, file);

    private sealed class CountingFile(CountingDisk owner, IDiskFile file) : FileAround(file)
    {
        /// <inheritdoc/>
        public override void Sync()
        {
            Interlocked.Increment(ref owner._syncCount);
            base.Sync();
        }
    }
}
