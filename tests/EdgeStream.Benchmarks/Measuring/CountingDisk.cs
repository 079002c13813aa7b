using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>Another disk, with a count of the files' syncs.</summary>
internal sealed class CountingDisk(IDisk disk) : IDisk
{
    private long _syncCount;

    /// <summary>How often a file was synced.</summary>
    public long SyncCount => Volatile.Read(ref _syncCount);

    /// <inheritdoc/>
    public IDiskFile Open(string path) => new CountingFile(this, disk.Open(path));

    /// <inheritdoc/>
    public IDiskFile Create(string path, long sizeBytes) => new CountingFile(this, disk.Create(path, sizeBytes));

    /// <inheritdoc/>
    public byte[]? TryRead(string path) => disk.TryRead(path);

    /// <inheritdoc/>
    public void Replace(string path, ReadOnlySpan<byte> content) => disk.Replace(path, content);

    /// <inheritdoc/>
    public void Rename(string path, string newPath) => disk.Rename(path, newPath);

    /// <inheritdoc/>
    public void Delete(string path) => disk.Delete(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => disk.RoomOf(folder);

    private sealed class CountingFile(CountingDisk owner, IDiskFile file) : IDiskFile
    {
        /// <inheritdoc/>
        public long SizeBytes => file.SizeBytes;

        /// <inheritdoc/>
        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        /// <inheritdoc/>
        public void Sync()
        {
            Interlocked.Increment(ref owner._syncCount);
            file.Sync();
        }

        /// <inheritdoc/>
        public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        /// <inheritdoc/>
        public void Truncate(long sizeBytes) => file.Truncate(sizeBytes);

        /// <inheritdoc/>
        public MappedRegion Map() => file.Map();

        /// <inheritdoc/>
        public void Dispose() => file.Dispose();
    }
}
