namespace EdgeStream.Storage;

/// <summary>A disk that copies a file before the first change of it, under its name with a suffix.</summary>
/// <remarks>Not thread-safe. What holds only zeros, or was set aside under another name, is not copied; what
/// the device cannot read is zeros in the copy.</remarks>
internal sealed class KeepingDisk(IDisk disk, string suffix) : IDisk
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _copies = [];

    /// <summary>The copies that were made.</summary>
    internal IReadOnlyList<string> Copies => _copies;

    /// <inheritdoc/>
    public IDiskFile Open(string path) => new KeepingFile(this, path, disk.Open(path));

    /// <inheritdoc/>
    public IDiskFile Create(string path, long sizeBytes)
    {
        _known.Add(path);
        return disk.Create(path, sizeBytes);
    }

    /// <inheritdoc/>
    public byte[]? TryRead(string path) => disk.TryRead(path);

    /// <inheritdoc/>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var before = IndexFile.TryReadBytes(disk, path, out var isReadable);
        if (before is null && isReadable)
        {
            _known.Add(path);
        }
        else if (before is null || !content.SequenceEqual(before))
        {
            Keep(path);
        }

        disk.Replace(path, content);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (!_known.Contains(path + FoundSegments.SetAsideSuffix) && IsThere(path))
        {
            Keep(path);
        }

        disk.Delete(path);
    }

    /// <inheritdoc/>
    public void Rename(string path, string newPath)
    {
        _known.Add(newPath);
        disk.Rename(path, newPath);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    /// <inheritdoc/>
    public DiskRoom RoomOf(string folder) => disk.RoomOf(folder);

    /// <summary>Makes the copy, durable, unless it has been made or the file is new.</summary>
    internal void Keep(string path)
    {
        if (!_known.Add(path))
        {
            return;
        }

        using var file = disk.Open(path);
        using var image = SegmentImage.Of(file);
        if (image.IsWhole && image.Bytes.IndexOfAnyExcept((byte)0) < 0)
        {
            return;
        }

        using var copy = disk.Create(path + suffix, image.Bytes.Length);
        copy.Write(0, image.Bytes);
        copy.Sync();
        _copies.Add(path + suffix);
    }

    private bool IsThere(string path)
    {
        foreach (var name in disk.List(Path.GetDirectoryName(path)!))
        {
            if (name == Path.GetFileName(path))
            {
                return true;
            }
        }

        return false;
    }
}
