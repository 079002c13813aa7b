using EdgeStream.Testing;

namespace EdgeStream.Storage.Tests;

/// <summary>Another disk on which retired segments cannot be written any more; new files can.</summary>
internal sealed class UnwritableSpareDisk(IDisk disk) : DiskAround(disk)
{
    private const string Extension = ".spare";

    private readonly Lock _gate = new();
    private readonly HashSet<string> _bad = [];

    /// <summary>Whether new spares cannot be written either.</summary>
    public bool RefusesAll { get; set; }

    /// <summary>How many writes were refused.</summary>
    public int RefusedCount { get; private set; }

    public override void Delete(string path)
    {
        base.Delete(path);
        lock (_gate)
        {
            _bad.Remove(path);
        }
    }

    public override void Rename(string path, string newPath)
    {
        base.Rename(path, newPath);
        if (newPath.EndsWith(Extension, StringComparison.Ordinal))
        {
            lock (_gate)
            {
                _bad.Add(newPath);
            }
        }
    }

    protected override IDiskFile Around(string path, IDiskFile file)
    {
        lock (_gate)
        {
            return _bad.Contains(path) || (RefusesAll && path.EndsWith(Extension, StringComparison.Ordinal))
                ? new BadFile(this, file)
                : file;
        }
    }

    private sealed class BadFile(UnwritableSpareDisk owner, IDiskFile file) : FileAround(file)
    {
        public override void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            owner.RefusedCount++;
            throw new IOException("the device cannot read the page that this is a part of");
        }
    }
}
