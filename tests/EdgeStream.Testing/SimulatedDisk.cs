using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// A disk in memory that loses power. Writes live in a cache until they are synced; <see cref="CutPower"/> lets a
/// random
/// part of the unsynced sectors survive, in any order. It can also run full and fail on demand. Names are durable at
/// once.
/// </summary>
/// <remarks>Thread-safe by one lock. All randomness comes from the given source.</remarks>
public sealed class SimulatedDisk(Random random, int sectorSizeBytes = 512) : IDisk
{
    private const int PageSizeBytes = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private bool _isOff;

    /// <summary>Bytes that files may take in all.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>
    /// How many more syncs succeed; the next one fails, and what it should have written counts as clean.
    /// </summary>
    public int SyncsUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many more operations that may need room succeed; from then on the disk is full.</summary>
    public int OperationsUntilFull { get; set; } = int.MaxValue;

    /// <summary>How many more operations of any kind succeed; the next one turns the disk off.</summary>
    public int OperationsUntilOff { get; set; } = int.MaxValue;

    /// <summary>
    /// An offset that the device cannot read in any file, nor the 4 KiB around it; null while it reads all.
    /// </summary>
    /// <remarks>
    /// Mappings show it all the same: a real one would end the process. What is written there can be read again.
    /// </remarks>
    public long? UnreadableByte { get; set; }

    /// <summary>The one file in which that offset cannot be read; null for all.</summary>
    public string? UnreadablePath { get; set; }

    /// <summary>How many more writes into open files succeed; the next ones fail, having written a part.</summary>
    public int WritesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>Files that were opened and not disposed yet.</summary>
    public int OpenFileCount { get; internal set; }

    /// <summary>
    /// How many more renames succeed; the next ones are done and fail all the same, as where the folder cannot be
    /// synced.
    /// </summary>
    public int RenamesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>How many more small files are written as a whole; the next ones fail, and what was there stays.
    /// </summary>
    public int ReplacesUntilFailure { get; set; } = int.MaxValue;

    /// <summary>Bytes that all files take.</summary>
    public long UsedBytes
    {
        get
        {
            lock (_gate)
            {
                return _files.Values.Sum(file => file.SizeBytes);
            }
        }
    }

    /// <summary>Whether a sync does nothing and says it did: a disk that lies, for canaries.</summary>
    public bool LiesAboutSync { get; set; }

    internal Lock Gate => _gate;

    internal Random Random => random;

    internal int SectorSizeBytes => sectorSizeBytes;

    /// <summary>Ends every open file, drops a random part of what was not synced, and starts the disk again.</summary>
    public void CutPower()
    {
        lock (_gate)
        {
            foreach (var file in _files.Values)
            {
                file.LoseUnsynced();
            }

            _isOff = false;
            OperationsUntilOff = int.MaxValue;
        }
    }

    /// <summary>
    /// From now on every operation fails until <see cref="CutPower"/>: nothing more reaches the disk.
    /// </summary>
    public void TurnOff()
    {
        lock (_gate)
        {
            _isOff = true;
        }
    }

    /// <summary>A file's bytes, to look at or to damage.</summary>
    public Span<byte> BytesOf(string path) => _files[path].Bytes;

    public IDiskFile Open(string path)
    {
        lock (_gate)
        {
            ThrowIfOff();
            return _files.TryGetValue(path, out var file) ? file.OpenHandle() : throw new FileNotFoundException(path);
        }
    }

    public IDiskFile Create(string path, long sizeBytes)
    {
        lock (_gate)
        {
            ThrowIfOff();
            ThrowIfFull(path);
            if (_files.Values.Sum(file => file.SizeBytes) + sizeBytes > CapacityBytes)
            {
                throw new DiskFullException($"No room for {path}.");
            }

            var created = new SimulatedFile(this, checked((int)sizeBytes)) { Path = path };
            return _files.TryAdd(path, created) ? created.OpenHandle() : throw new IOException($"{path} exists.");
        }
    }

    public byte[]? TryRead(string path)
    {
        lock (_gate)
        {
            ThrowIfOff();
            if (!_files.TryGetValue(path, out var file))
            {
                return null;
            }

            return IsReadable(path, 0, file.Bytes.Length)
                ? file.Bytes.ToArray()
                : throw new IOException("The disk cannot read this sector.");
        }
    }

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            ThrowIfOff();
            ThrowIfFull(path);
            if (ReplacesUntilFailure-- <= 0)
            {
                throw new IOException("The disk failed to write.");
            }

            var file = new SimulatedFile(this, content.Length) { Path = path };
            file.WriteDurably(content);
            _files[path] = file;
            Forget(path);
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            ThrowIfOff();
            _files.Remove(path);
            Forget(path);
        }
    }

    public void Rename(string path, string newPath)
    {
        lock (_gate)
        {
            ThrowIfOff();
            _files[newPath] = _files.Remove(path, out var file) ? file : throw new FileNotFoundException(path);
            file.Path = newPath;
            Forget(newPath);
            UnreadablePath = UnreadablePath == path ? newPath : UnreadablePath;
            if (RenamesUntilFailure-- <= 0)
            {
                throw new IOException("The disk failed to sync the folder.");
            }
        }
    }

    public IReadOnlyList<string> List(string folder)
    {
        lock (_gate)
        {
            ThrowIfOff();
            return [.. _files.Keys
                .Where(path => Path.GetDirectoryName(path) == folder)
                .Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)];
        }
    }

    public DiskRoom RoomOf(string folder)
    {
        lock (_gate)
        {
            ThrowIfOff();
            var used = _files.Values.Sum(file => file.SizeBytes);
            return new DiskRoom(Math.Max(0, CapacityBytes - used), CapacityBytes);
        }
    }

    /// <summary>Every operation asks here first, under the gate.</summary>
    internal void ThrowIfOff()
    {
        _isOff |= OperationsUntilOff-- <= 0;
        if (_isOff)
        {
            throw new IOException("The disk is off.");
        }
    }

    private void ThrowIfFull(string path)
    {
        if (OperationsUntilFull == 0)
        {
            throw new DiskFullException($"No room for {path}.");
        }

        OperationsUntilFull -= OperationsUntilFull == int.MaxValue ? 0 : 1;
    }

    /// <summary>Whether the device can read a range of a file.</summary>
    internal bool IsReadable(string path, long offset, int count) => UnreadableByte is not { } bad
        || (UnreadablePath is not null && path != UnreadablePath)
        || offset + count <= bad / PageSizeBytes * PageSizeBytes
        || offset >= (bad / PageSizeBytes * PageSizeBytes) + PageSizeBytes;

    /// <summary>The device keeps what is written to a bad sector somewhere else.</summary>
    internal void Mend(string path, long offset, int count)
    {
        if (UnreadablePath == path && !IsReadable(path, offset, count))
        {
            Forget(path);
        }
    }

    /// <summary>What has a file's name now stands somewhere else.</summary>
    private void Forget(string path)
    {
        if (UnreadablePath == path)
        {
            (UnreadablePath, UnreadableByte) = (null, null);
        }
    }

    internal bool TryCountWrite() => WritesUntilFailure-- > 0;

    internal bool TryCountSync() => SyncsUntilFailure-- > 0;
}
