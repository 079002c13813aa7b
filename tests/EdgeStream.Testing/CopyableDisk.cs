using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// The real disk, whose folders can be copied while they are written: a copy is what a killed process leaves, the files
/// of one moment. Files copied one after the other beside their writer are of several, which no kill leaves.
/// </summary>
/// <remarks>Thread-safe: what changes the disk waits for a copy that has begun, and a copy for the change.</remarks>
public sealed class CopyableDisk() : DiskAround(new NativeDisk()), IDisposable
{
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
    public override IDiskFile Create(string path, long sizeBytes)
    {
        using var change = new Change(_gate);
        return base.Create(path, sizeBytes);
    }

    /// <inheritdoc/>
    public override void Replace(string path, ReadOnlySpan<byte> content)
    {
        using var change = new Change(_gate);
        base.Replace(path, content);
    }

    /// <inheritdoc/>
    public override void Delete(string path)
    {
        using var change = new Change(_gate);
        base.Delete(path);
    }

    /// <inheritdoc/>
    public override void Rename(string path, string newPath)
    {
        using var change = new Change(_gate);
        base.Rename(path, newPath);
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <inheritdoc/>
    protected override IDiskFile Around(string path, IDiskFile file) => new CopyableFile(_gate, file);

    /// <summary>Something on the disk changes until it is disposed; many may at once.</summary>
    private readonly ref struct Change
    {
        private readonly ReaderWriterLockSlim _gate;

        internal Change(ReaderWriterLockSlim gate)
        {
            _gate = gate;
            gate.EnterReadLock();
        }

        public void Dispose() => _gate.ExitReadLock();
    }

    private sealed class CopyableFile(ReaderWriterLockSlim gate, IDiskFile file) : FileAround(file)
    {
        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            using var change = new Change(gate);
            base.Write(offset, bytes);
        }

        public override void Truncate(long sizeBytes)
        {
            using var change = new Change(gate);
            base.Truncate(sizeBytes);
        }
    }
}
