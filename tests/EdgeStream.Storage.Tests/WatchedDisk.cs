namespace EdgeStream.Storage.Tests;

/// <summary>
/// Another disk that asks the test before it makes, replaces, renames or deletes a file: the test may wait or throw.
/// </summary>
internal sealed class WatchedDisk(IDisk disk) : IDisk
{
    /// <summary>Called with the operation's name and the path.</summary>
    public Action<string, string> Before { get; set; } = static (_, _) => { };

    public IDiskFile Open(string path) => disk.Open(path);

    public IDiskFile Create(string path, long sizeBytes)
    {
        Before(nameof(Create), path);
        return disk.Create(path, sizeBytes);
    }

    public byte[]? TryRead(string path) => disk.TryRead(path);

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        Before(nameof(Replace), path);
        disk.Replace(path, content);
    }

    public void Delete(string path)
    {
        Before(nameof(Delete), path);
        disk.Delete(path);
    }

    public void Rename(string path, string newPath)
    {
        Before(nameof(Rename), path);
        disk.Rename(path, newPath);
    }

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public DiskRoom RoomOf(string folder) => disk.RoomOf(folder);
}
