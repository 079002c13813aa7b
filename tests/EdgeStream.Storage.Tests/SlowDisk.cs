namespace EdgeStream.Storage.Tests;

/// <summary>Another disk whose syncs take as long as the test wants: each waits to be let through.</summary>
internal sealed class SlowDisk(IDisk disk) : IDisk, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _turns = new(0);
    private bool _isSlow;

    /// <summary>From now on every sync of a file waits.</summary>
    public void SlowDown() => Volatile.Write(ref _isSlow, true);

    /// <summary>Returns when a sync has come and waits.</summary>
    public void WaitForSync() => Assert.True(_entered.Wait(Deadline), "No sync came.");

    /// <summary>Lets one waiting sync through.</summary>
    public void LetSyncThrough() => _turns.Release();

    /// <summary>Lets all through, now and later.</summary>
    public void SpeedUp()
    {
        Volatile.Write(ref _isSlow, false);
        _turns.Release();
    }

    public IDiskFile Open(string path) => new SlowFile(this, disk.Open(path));

    public IDiskFile Create(string path, long sizeBytes) => new SlowFile(this, disk.Create(path, sizeBytes));

    public byte[]? TryRead(string path) => disk.TryRead(path);

    public void Replace(string path, ReadOnlySpan<byte> content) => disk.Replace(path, content);

    public void Delete(string path) => disk.Delete(path);

    public void Rename(string path, string newPath) => disk.Rename(path, newPath);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public DiskRoom RoomOf(string folder) => disk.RoomOf(folder);

    public void Dispose()
    {
        _entered.Dispose();
        _turns.Dispose();
    }

    private void Sync(IDiskFile file)
    {
        if (Volatile.Read(ref _isSlow))
        {
            _entered.Release();
            Assert.True(_turns.Wait(Deadline), "The sync was never let through.");
        }

        file.Sync();
    }

    private sealed class SlowFile(SlowDisk owner, IDiskFile file) : IDiskFile
    {
        public long SizeBytes => file.SizeBytes;

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void Sync() => owner.Sync(file);

        public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        public void Truncate(long sizeBytes) => file.Truncate(sizeBytes);

        public MappedRegion Map() => file.Map();

        public void Dispose() => file.Dispose();
    }
}
