using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>
/// Another disk that asks the test before it makes, replaces, renames or deletes a file: the test may wait or throw.
/// </summary>
public sealed class WatchedDisk(IDisk disk) : DiskAround(disk)
{
    /// <summary>Called with the operation's name and the path.</summary>
    public Action<string, string> Before { get; set; } = static (_, _) => { };

    /// <inheritdoc/>
    public override IDiskFile Create(string path, long sizeBytes)
    {
        Before(nameof(Create), path);
        return base.Create(path, sizeBytes);
    }

    /// <inheritdoc/>
    public override void Replace(string path, ReadOnlySpan<byte> content)
    {
        Before(nameof(Replace), path);
        base.Replace(path, content);
    }

    /// <inheritdoc/>
    public override void Delete(string path)
    {
        Before(nameof(Delete), path);
        base.Delete(path);
    }

    /// <inheritdoc/>
    public override void Rename(string path, string newPath)
    {
        Before(nameof(Rename), path);
        base.Rename(path, newPath);
    }
}
