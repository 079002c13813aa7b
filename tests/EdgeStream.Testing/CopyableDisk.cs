using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// The real disk, whose folders can be copied while they are written: a copy is what a killed process leaves, the files
/// of one moment. Files copied one after the other beside their writer are of several, which no kill leaves.
/// </summary>
/// <remarks>Thread-safe: what changes the disk waits for a copy that has begun, and a copy for the change.</remarks>
public sealed class CopyableDisk : IDisk, IDisposable
{
    private readonly NativeDisk _disk = new();
    private readonly ReaderWriterLockSlim _gate = new();

    /// <summary>Copies a folder with all that is in it, but for the locks of its process.</summary>
    public void Copy(string folder, string target)
    {
        _gate.EnterWriteLock();
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                if (Path.GetFileName(file) != "lock")
                {
                    var path = Path.Combine(target, Path.GetRelativePath(folder, file));
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.Copy(file, path);
                }
            }
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path) => new CopyableFile(this, _disk.Open(path));

    /// <inheritdoc/>
    public IDiskFile Create(string path, long sizeBytes) =>
        Change(() => new CopyableFile(this, _disk.Create(path, sizeBytes)));

    /// <inheritdoc/>
    public byte[]? TryRead(string path) => _disk.TryRead(path);

    /// <inheritdoc/>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        _gate.EnterReadLock();
        try
        {
            _disk.Replace(path, content);
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public void Delete(string path) => Change(() => _disk.Delete(path));

    /// <inheritdoc/>
    public void Rename(string path, string newPath) => Change(() => _disk.Rename(path, newPath));

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => _disk.List(folder);

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => _disk.RoomOf(folder);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private void Change(Action change) => Change(() =>
    {
        change();
        return true;
    });

    private T Change<T>(Func<T> change)
    {
        _gate.EnterReadLock();
        try
        {
            return change();
        }
        finally
        {
            _gate.ExitReadLock();
        }
    }

    private sealed class CopyableFile(CopyableDisk disk, IDiskFile file) : IDiskFile
    {
        public long SizeBytes => file.SizeBytes;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk._gate.EnterReadLock();
            try
            {
                file.Write(offset, bytes);
            }
            finally
            {
                disk._gate.ExitReadLock();
            }
        }

        public void Sync() => file.Sync();

        public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

        public int ReadDevice(long offset, Span<byte> bytes) => file.ReadDevice(offset, bytes);

        public void Truncate(long sizeBytes) => disk.Change(() => file.Truncate(sizeBytes));

        public MappedRegion Map() => file.Map();

        public void Dispose() => file.Dispose();
    }
}
