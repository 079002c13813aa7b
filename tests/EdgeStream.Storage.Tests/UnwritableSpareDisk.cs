namespace EdgeStream.Storage.Tests;

/// <summary>Another disk on which retired segments cannot be written any more; new files can.</summary>
internal sealed class UnwritableSpareDisk(IDisk disk) : IDisk
{
    private const string Extension = ".spare";

    private readonly HashSet<string> _bad = [];

    /// <summary>Whether new spares cannot be written either.</summary>
    public bool RefusesAll { get; set; }

    /// <summary>How many writes were refused.</summary>
    public int RefusedCount { get; private set; }

    public IDiskFile Open(string path)
    {
        lock (_bad)
        {
            var isBad = _bad.Contains(path)
                || (RefusesAll && path.EndsWith(Extension, StringComparison.Ordinal));
            return isBad ? new BadFile(this, disk.Open(path)) : disk.Open(path);
        }
    }

    public IDiskFile Create(string path, long sizeBytes) => disk.Create(path, sizeBytes);

    public byte[]? TryRead(string path) => disk.TryRead(path);

    public void Replace(string path, ReadOnlySpan<byte> content) => disk.Replace(path, content);

    public void Delete(string path)
    {
        disk.Delete(path);
        lock (_bad)
        {
            _bad.Remove(path);
        }
    }

    public void Rename(string path, string newPath)
    {
        disk.Rename(path, newPath);
        if (newPath.EndsWith(Extension, StringComparison.Ordinal))
        {
            lock (_bad)
            {
                _bad.Add(newPath);
            }
        }
    }

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public DiskRoom RoomOf(string folder) => disk.RoomOf(folder);

    private sealed class BadFile(UnwritableSpareDisk owner, IDiskFile file) : IDiskFile
    {
        public long SizeBytes => file.SizeBytes;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            owner.RefusedCount++;
            throw new IOException("the device cannot read the page that this is a part of");
        }

        public void Sync() => file.Sync();

        public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        public void Truncate(long sizeBytes) => file.Truncate(sizeBytes);

        public MappedRegion Map() => file.Map();

        public void Dispose() => file.Dispose();
    }
}
