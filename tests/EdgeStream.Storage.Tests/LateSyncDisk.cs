using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>
/// A disk that does a sync only when it is asked for the next change. A canary: the log on it calls a commit durable
/// one step before it is, as if its committer acknowledged and then synced.
/// </summary>
internal sealed class LateSyncDisk(IDisk disk) : DiskAround(disk)
{
    private Action _due = static () => { };

    public override IDiskFile Create(string path, long sizeBytes)
    {
        CatchUp();
        return base.Create(path, sizeBytes);
    }

    public override void Replace(string path, ReadOnlySpan<byte> content)
    {
        CatchUp();
        base.Replace(path, content);
    }

    public override void Delete(string path)
    {
        CatchUp();
        base.Delete(path);
    }

    public override void Rename(string path, string newPath)
    {
        CatchUp();
        base.Rename(path, newPath);
    }

    protected override IDiskFile Around(string path, IDiskFile file) => new LateFile(this, file);

    private void CatchUp()
    {
        var due = _due;
        _due = static () => { };
        due();
    }

    private sealed class LateFile(LateSyncDisk disk, IDiskFile file) : FileAround(file)
    {
        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk.CatchUp();
            base.Write(offset, bytes);
        }

        public override void Sync()
        {
            disk.CatchUp();
            disk._due = base.Sync;
        }

        public override void Truncate(long sizeBytes)
        {
            disk.CatchUp();
            base.Truncate(sizeBytes);
        }
    }
}
