using EdgeStream.Storage;

namespace EdgeStream.Testing;

/// <summary>Another disk, of which whoever derives changes something.</summary>
/// <remarks>Passes everything on; as thread-safe as what is below.</remarks>
public abstract class DiskAround(IDisk below) : IDisk
{
    /// <inheritdoc/>
    public virtual IDiskFile Open(string path) => Around(path, below.Open(path));

    /// <inheritdoc/>
    public virtual IDiskFile Create(string path, long sizeBytes) => Around(path, below.Create(path, sizeBytes));

    /// <inheritdoc/>
    public virtual byte[]? TryRead(string path) => below.TryRead(path);

    /// <inheritdoc/>
    public virtual void Replace(string path, ReadOnlySpan<byte> content) => below.Replace(path, content);

    /// <inheritdoc/>
    public virtual void Delete(string path) => below.Delete(path);

    /// <inheritdoc/>
    public virtual void Rename(string path, string newPath) => below.Rename(path, newPath);

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> List(string folder) => below.List(folder);

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => below.RoomOf(folder);

    /// <summary>
    /// What stands for a file that was opened or made: the file itself, or a <see cref="FileAround"/>.
    /// </summary>
    protected virtual IDiskFile Around(string path, IDiskFile file) => file;
}
